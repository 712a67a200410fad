/**
 * An Express API that lets in whom its policies trust: notes that environments of a project read, and its users write.
 *
 *     node examples/express-api/server.js
 *     curl -H "Authorization: Bearer $TOKEN" localhost:3000/notes/release
 *
 * `PORT` says where it listens, on loopback (0: any free port); the first argument, which policies it reads.
 */
import { join } from 'node:path';
import { createEngine } from 'countersign';
import { trust } from 'countersign/express';
import express from 'express';

const engine = await createEngine({
  policies: process.argv[2] ?? join(import.meta.dirname, 'policy.yaml'),
  watch: true,
  logger: { info: log, warn: log, error: log },
});
const notes = new Map([['release', 'Ship on Monday.']]);

/** The same path in the policy as in the URL, for each action. */
const may = (action) =>
  trust(engine, { realm: 'notes', action, resource: (req) => `notes/${req.params.name}`, onDecision: logDecision });

const app = express();

app.get('/notes/:name', may('read'), (req, res) => {
  const note = notes.get(req.params.name);
  res.status(note === undefined ? 404 : 200).send(note);
});

app.put('/notes/:name', may('write'), express.text(), (req, res) => {
  notes.set(req.params.name, req.body);
  res.send(`written by ${req.trust.principal.path}`);
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  log({ port: server.address().port }, 'listening');
});

function log(data, message) {
  console.log(JSON.stringify({ message, ...data }));
}

function logDecision({ id, effect, reasons, principal }) {
  log({ id, effect, reason: reasons[0].message, principal: principal?.path }, 'decided');
}
