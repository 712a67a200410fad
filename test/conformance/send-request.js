// @ts-check
import { Buffer } from 'node:buffer';
import { request } from 'node:http';
import { URLSearchParams } from 'node:url';

/**
 * Sends a request as it is, on a connection of its own: the target unchanged, each header in a line of its own, in UTF-8.
 * @param {number} port on loopback
 * @param {import('./judge.js').Sent} sent
 * @returns {Promise<{ status: number, headers: Headers, body: string }>}
 */
export function sendRequest(port, { method, path, headers, form }) {
  const body = form === undefined ? '' : new URLSearchParams(form).toString();
  const type = form === undefined ? [] : [['content-type', 'application/x-www-form-urlencoded']];
  const lines = [['host', 'api.example'], ...type, ['content-length', String(body.length)], ...headers];
  const bytes = lines.flat().map((text) => Buffer.from(String(text)).toString('latin1'));
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers: bytes, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const read = new globalThis.Headers();
        for (const [name, values = []] of Object.entries(response.headersDistinct)) {
          for (const value of values) read.append(name, value);
        }
        resolve({ status: response.statusCode ?? 0, headers: read, body: text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
