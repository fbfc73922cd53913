-- Arguments: method, bytes of the body, a bearer token or "-". The result goes to standard output as one line of JSON.
function init(args)
  wrk.method = args[1]
  if tonumber(args[2]) > 0 then wrk.body = string.rep("x", tonumber(args[2])) end
  if args[3] ~= "-" then wrk.headers["Authorization"] = "Bearer " .. args[3] end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'result {"requests":%d,"tookSeconds":%f,"p50":%f,"p99":%f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
