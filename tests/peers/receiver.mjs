// Receives with node-hl7-server, answers AA, and prints MSH-10 of each message. Ends with its standard input.
// Usage: node receiver.mjs PORT
import { Server } from 'node-hl7-server'

const [port] = process.argv.slice(2)
const server = new Server({ bindAddress: '127.0.0.1' })
const inbound = server.createInbound({ port: Number(port) }, async (request, response) => {
  const message = request.getMessage()
  await response.sendResponse('AA')
  console.log(`received ${message.get('MSH.10')}`)
})
inbound.on('listen', () => console.log('listening'))
inbound.on('data.error', (error) => console.error(error))
process.stdin.on('end', () => process.exit(0)).resume()
