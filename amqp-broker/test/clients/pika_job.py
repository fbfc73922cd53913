"""A job done with pika's blocking client: declares, publishes with confirms, consumes, rejects, runs into errors. Prints what it saw."""

import json
import sys

import pika
import pika.exceptions

parameters = pika.URLParameters(sys.argv[1])
seen = {}
connection = pika.BlockingConnection(parameters)
channel = connection.channel()
channel.exchange_declare("pika", "topic", durable=True)
channel.queue_declare("pika.work", durable=True, arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "pika.dead"})
channel.queue_declare("pika.dead", durable=True)
channel.queue_bind("pika.work", "pika", "work.#")
channel.confirm_delivery()
properties = pika.BasicProperties(delivery_mode=2, content_type="text/plain", headers={"by": "pika", "n": 1, "list": [1, "a"]})
for number in range(100):
    channel.basic_publish("pika", "work.%d" % number, "job %d" % number, properties, mandatory=True)

try:
    channel.basic_publish("pika", "nowhere", "lost", mandatory=True)
    seen["unroutable"] = "not returned"
except pika.exceptions.UnroutableError as error:
    seen["unroutable"] = [error.messages[0].method.reply_code, error.messages[0].body.decode()]

done = []
channel.basic_qos(prefetch_count=10)
for method, props, body in channel.consume("pika.work", inactivity_timeout=20):
    if method is None:
        break
    number = int(body.decode().split()[1])
    if number % 10 == 3:
        channel.basic_reject(method.delivery_tag, requeue=False)
    elif number % 10 == 4 and not method.redelivered:
        channel.basic_nack(method.delivery_tag, requeue=True)
    else:
        assert props.headers == {"by": "pika", "n": 1, "list": [1, "a"]}, props.headers
        channel.basic_ack(method.delivery_tag)
        done.append(number)
    if len(done) == 90:
        break
channel.cancel()
seen["done"] = sorted(done)

dead = []
while len(dead) < 10:
    method, props, body = channel.basic_get("pika.dead", auto_ack=True)
    if method is None:
        connection.sleep(0.02)
        continue
    dead.append(int(body.decode().split()[1]))
    assert props.headers["x-death"][0]["reason"] == "rejected"
seen["dead"] = sorted(dead)

try:
    channel.queue_declare("pika.work", durable=False)
    seen["redeclared"] = "no error"
except pika.exceptions.ChannelClosedByBroker as error:
    seen["redeclared"] = error.reply_code
other = connection.channel()
seen["left"] = other.queue_declare("pika.work", passive=True).method.message_count
connection.close()

again = pika.BlockingConnection(parameters)
seen["again"] = again.channel().queue_purge("pika.work").method.message_count
again.close()

try:
    wrong = pika.URLParameters(sys.argv[1].replace("guest:guest", "guest:wrong"))
    pika.BlockingConnection(wrong)
    seen["wrong password"] = "let in"
except pika.exceptions.ProbableAuthenticationError:
    seen["wrong password"] = "refused"
except pika.exceptions.AMQPConnectionError as error:
    seen["wrong password"] = type(error).__name__
print(json.dumps(seen))
