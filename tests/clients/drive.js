// Drives the stand-in of the payment gateway by Midtrans' own client for Node, and prints what came of each step as JSON.
'use strict'

const path = require('path')
const { randomUUID } = require('crypto')

const [, , folder, address, key] = process.argv
const library = path.join(folder, 'node_modules', 'midtrans-client')
const midtrans = require(library)
const ApiConfig = require(path.join(library, 'lib', 'apiConfig.js'))
ApiConfig.CORE_SANDBOX_BASE_URL = address
ApiConfig.SNAP_SANDBOX_BASE_URL = `${address}/snap/v1`

const core = new midtrans.CoreApi({ isProduction: false, serverKey: key, clientKey: '' })
const snap = new midtrans.Snap({ isProduction: false, serverKey: key, clientKey: '' })
const stranger = new midtrans.CoreApi({ isProduction: false, serverKey: 'wrong', clientKey: '' })
const steps = []

async function step(name, call, ...fields) {
  try {
    const answer = await call()
    steps.push([name, 'ok', ...fields.map((field) => answer[field])])
  } catch (error) {
    const said = error.ApiResponse || {}
    const words = ['validation_messages', 'error_messages'].find((field) => field in said) || 'status_message'
    steps.push([name, 'refused', Number(error.httpStatusCode), words])
  }
}

function order(name, gross, items) {
  const body = {
    payment_type: 'bank_transfer',
    bank_transfer: { bank: 'bni' },
    transaction_details: { order_id: name, gross_amount: gross },
  }
  if (items) {
    body.item_details = items.map(([price, quantity]) => ({ id: 'a', price, quantity, name: 'Air' }))
  }
  return body
}

async function main() {
  const [first, second, page] = [randomUUID(), randomUUID(), randomUUID()]
  await step('charge', () => core.charge(order(first, 100000, [[50000, 2]])), 'status_code', 'transaction_status', 'gross_amount', 'currency')
  await step('status', () => core.transaction.status(first), 'status_code', 'transaction_status')
  await step('again', () => core.charge(order(first, 100000)))
  await step('items', () => core.charge(order(second, 100000, [[50000, 3]])))
  await step('decimals', () => core.charge(order(second, 100000.5)))
  await step('snap items', () => snap.createTransaction(order(page, 100000, [[1, 1]])))
  await step('snap decimals', () => snap.createTransaction(order(page, 100000.5)))
  const made = await snap.createTransaction(order(page, 100000))
  steps.push(['snap', Object.keys(made).sort()])
  await step('unknown', () => core.transaction.status(second))
  await step('stranger', () => stranger.transaction.status(first))
  await step('refund unpaid', () => core.transaction.refund(first, { refund_key: 'r', amount: 1000, reason: 'x' }))
  await step('refund decimals', () => core.transaction.refund(first, { refund_key: 'r', amount: 1000.5, reason: 'x' }))
  await step('cancel', () => core.transaction.cancel(first), 'status_code', 'transaction_status')
  await step('cancel again', () => core.transaction.cancel(first))
  await core.charge(order(second, 20000))
  await step('expire', () => core.transaction.expire(second), 'status_code', 'transaction_status')
  await step('expired', () => core.transaction.status(second), 'status_code', 'transaction_status')
  console.log(JSON.stringify(steps))
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
