import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { Connection } from '../connection.ts';
import { ConnectionTimes } from './connection-times.ts';

/** A connection, and what the time limits did to it. */
function watched() {
  const did: string[] = [];
  const times = new ConnectionTimes(
    { headersTimeout: 10, keepAliveTimeout: 100, late: () => did.push('late') },
    1_000_000,
  );
  const connection = new Connection(1);
  const socket = Object.assign(new EventEmitter(), {
    bytesRead: 30,
    destroy: () => did.push('destroyed'),
  });
  times.add(socket as unknown as Socket, connection, 0, 0);
  let uses = 1;
  return {
    did,
    times,
    connection,
    socket,
    /** Milliseconds since the connection began. */
    at: (milliseconds: number) => {
      times.look(milliseconds);
      return did.splice(0);
    },
    begin: () => {
      const response = { writableFinished: false, shouldKeepAlive: true };
      connection.begin(response as ServerResponse, ++uses);
      return response;
    },
  };
}

test('a connection on which nothing arrives is closed, and one with half a request is answered', () => {
  const silent = watched();
  assert.deepEqual([silent.at(8), silent.at(10)], [[], ['destroyed']]);
  const half = watched();
  half.socket.bytesRead += 5;
  assert.deepEqual([half.at(5), half.at(8), half.at(10)], [[], [], ['late']]);
});

test('what had arrived with the PROXY header is a part of the first request', () => {
  const { times, connection, did } = watched();
  const socket = Object.assign(new EventEmitter(), { bytesRead: 50, destroy: () => did.push('x') });
  times.add(socket as unknown as Socket, connection, 12, 0);
  times.look(20);
  assert.deepEqual(did.toSorted(), ['destroyed', 'late']);
});

test('a request in progress has no limit here; a connection that waits for the next one has the longer', () => {
  const { at, begin, socket, times } = watched();
  socket.bytesRead += 20;
  const response = begin();
  assert.deepEqual([at(5), at(500)], [[], []]);
  response.writableFinished = true;
  assert.deepEqual([at(501), at(600), at(602)], [[], [], ['destroyed']]);
  const next = begin();
  next.writableFinished = true;
  assert.deepEqual([at(700), at(750)], [[], []]);
  socket.bytesRead += 3;
  assert.deepEqual([at(760), at(769), at(771)], [[], [], ['late']]);
  times.close();
});

test('after the last answer, a client has a while to end the connection', () => {
  const { at, begin, connection, socket } = watched();
  const response = begin();
  connection.ending = true;
  response.writableFinished = true;
  assert.deepEqual(at(3), []);
  socket.bytesRead += 1000;
  assert.deepEqual([at(9), at(14)], [[], ['destroyed']]);
});

test('a closed connection is forgotten', () => {
  const { at, socket } = watched();
  socket.emit('close');
  assert.deepEqual(at(1000), []);
});
