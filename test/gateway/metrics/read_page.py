"""Reads a page of metrics with Prometheus' own parsers: prints the number of samples of each family."""
import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_prometheus

read = read_openmetrics if sys.argv[1] == "openmetrics" else read_prometheus
print(json.dumps({family.name: [family.type, len(family.samples)] for family in read(sys.stdin.read())}))
