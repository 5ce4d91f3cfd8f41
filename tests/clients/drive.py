"""Drives the stand-in of the payment gateway by Midtrans' own client for Python, and prints what came of each step as JSON."""

import json
import sys
import uuid

import midtransclient
from midtransclient.config import ApiConfig
from midtransclient.error_midtrans import MidtransAPIError

address, key = sys.argv[1:3]
ApiConfig.CORE_SANDBOX_BASE_URL = address
ApiConfig.SNAP_SANDBOX_BASE_URL = address + "/snap/v1"
core = midtransclient.CoreApi(is_production=False, server_key=key, client_key="")
snap = midtransclient.Snap(is_production=False, server_key=key, client_key="")
stranger = midtransclient.CoreApi(is_production=False, server_key="wrong", client_key="")
steps = []


def step(name, call, *fields):
    try:
        answer = call()
        steps.append([name, "ok"] + [answer.get(field) for field in fields])
    except MidtransAPIError as error:
        said = error.api_response_dict
        words = "validation_messages" if "validation_messages" in said else "error_messages" if "error_messages" in said else "status_message"
        steps.append([name, "refused", int(error.http_status_code), words])


def order(name, gross, items=None):
    body = {
        "payment_type": "bank_transfer",
        "bank_transfer": {"bank": "bni"},
        "transaction_details": {"order_id": name, "gross_amount": gross},
    }
    if items:
        body["item_details"] = [{"id": "a", "price": price, "quantity": quantity, "name": "Air"} for price, quantity in items]
    return body


first, second, page = (str(uuid.uuid4()) for _ in range(3))
step("charge", lambda: core.charge(order(first, 100000, [(50000, 2)])), "status_code", "transaction_status", "gross_amount", "currency")
step("status", lambda: core.transactions.status(first), "status_code", "transaction_status")
step("again", lambda: core.charge(order(first, 100000)))
step("items", lambda: core.charge(order(second, 100000, [(50000, 3)])))
step("decimals", lambda: core.charge(order(second, 100000.5)))
step("snap items", lambda: snap.create_transaction(order(page, 100000, [(1, 1)])))
step("snap decimals", lambda: snap.create_transaction(order(page, 100000.5)))
made = snap.create_transaction(order(page, 100000))
steps.append(["snap", sorted(made)])
step("unknown", lambda: core.transactions.status(second))
step("stranger", lambda: stranger.transactions.status(first))
step("refund unpaid", lambda: core.transactions.refund(first, {"refund_key": "r", "amount": 1000, "reason": "x"}))
step("refund decimals", lambda: core.transactions.refund(first, {"refund_key": "r", "amount": 1000.5, "reason": "x"}))
step("cancel", lambda: core.transactions.cancel(first), "status_code", "transaction_status")
step("cancel again", lambda: core.transactions.cancel(first))
core.charge(order(second, 20000))
step("expire", lambda: core.transactions.expire(second), "status_code", "transaction_status")
step("expired", lambda: core.transactions.status(second), "status_code", "transaction_status")
print(json.dumps(steps))
