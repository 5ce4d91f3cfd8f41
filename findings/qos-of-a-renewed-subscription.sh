#!/usr/bin/env bash
# amqtt: who subscribes again at a higher quality of service is granted it, and served at the first one.
#
# Expected: a SUBSCRIBE with a filter that exists "MUST completely replace that existing Subscription with a new Subscription", whose "maximum QoS
# value could be different"; the return code of SUBACK is what was granted (MQTT 3.1.1, section 3.8.4, MQTT-3.8.4-3, and 3.9.3).
# What happens: the broker keeps the first subscription, answers with the quality asked for now, and delivers at the first. It goes both ways: from
# 1 to 0 the messages still have to be acknowledged. After UNSUBSCRIBE the new quality holds. rumqttd's issue 682 is about the same.
# Who is struck: a client that begins at QoS 0 and asks for 1 in the same session: the answer says 1, and orders are lost as before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install -q --disable-pip-version-check amqtt==0.12.1 annotated-doc==0.0.7 annotated-types==0.8.0 argon2-cffi==25.1.0 \
  argon2-cffi-bindings==26.2.0 cffi==2.1.1 dacite==1.9.2 markdown-it-py==4.3.0 mdurl==0.1.2 psutil==7.2.2 pwdlib==0.3.1 pycparser==3.12 \
  pydantic==2.14.4 pydantic_core==2.50.5 Pygments==2.21.0 PyYAML==6.0.4 rich==15.0.0 shellingham==1.5.4 six==1.17.0 transitions==0.9.3 \
  typer==0.29.2 typing-inspection==0.4.5 typing_extensions==4.16.0 websockets==15.0.1 paho-mqtt==2.2.0
cat >"$folder/theirs.py" <<'PY'
import asyncio, logging, queue, socket
from amqtt.broker import Broker
from paho.mqtt import client as paho

logging.disable(logging.CRITICAL)
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    PORT = free.getsockname()[1]

def served(name, steps):
    """Of one client: the granted qualities of its steps, and that by which a message of QoS 1 comes to it."""
    answers = queue.Queue()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name, protocol=paho.MQTTv311)
    client.on_connect = lambda *_: answers.put("connected")
    client.on_subscribe = lambda _client, _data, _id, codes, _properties: answers.put(codes[0].value)
    client.on_unsubscribe = lambda *_: answers.put("unsubscribed")
    client.on_message = lambda _client, _data, message: answers.put(message.qos)
    client.connect("127.0.0.1", PORT)
    client.loop_start()
    assert answers.get(timeout=10) == "connected"
    granted = []
    for step in steps:
        client.unsubscribe(name) if step is None else client.subscribe(name, step)
        granted.append(answers.get(timeout=10))
    client.publish(name, "42", qos=1)
    delivered = answers.get(timeout=10)
    client.disconnect()
    client.loop_stop()
    print(f"{steps}: granted {granted}, delivered at {delivered}".replace("None", "unsubscribe").replace("'unsubscribed'", "-"))

async def run():
    anonymous = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    broker = Broker({"listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{PORT}"}}, "plugins": anonymous})
    await broker.start()
    for name, steps in (("once", [1]), ("higher", [0, 1]), ("lower", [1, 0]), ("anew", [0, None, 1])):
        await asyncio.to_thread(served, name, steps)
    await broker.shutdown()

asyncio.run(run())
PY
found=$(timeout 120 "$folder/python/bin/python" "$folder/theirs.py")
printf 'amqtt 0.12.1, paho-mqtt 2.2.0; subscriptions of one filter, then a message of QoS 1\n%s\n' "$found"
expected='[1]: granted [1], delivered at 1
[0, 1]: granted [0, 1], delivered at 0
[1, 0]: granted [1, 0], delivered at 1
[0, unsubscribe, 1]: granted [0, -, 1], delivered at 1'
[ "$found" = "$expected" ] || { echo 'amqtt does it otherwise now'; exit 1; }
echo 'still so: QoS 1 is granted, and QoS 0 delivered'
