// Lines and addresses of channels: what a shell reads is what was meant, and examples fit their schemas.
import { expect, test } from "vitest";
import type { ChannelRoute } from "../api/types";
import { curlLine, exampleOf, mcpSnippet, quoted, request, tcpLine, websocketLine } from "./lines";

const ROUTE: ChannelRoute = {
  id: "r", name: "New order", httpMethod: "POST", path: "/orders/{id}", toolName: null, description: null,
  targetFlowIds: ["f"], responseMode: "sync", timeoutSeconds: 30, enabled: true,
};
const TOKEN = { authMode: "header_token", sender: "flow8" };

test("an example has what its schema asks for", () => {
  const schema = {
    type: "object",
    properties: {
      id: { type: "string", minLength: 6 }, size: { enum: ["s", "m"] }, qty: { type: "number", exclusiveMinimum: 0 }, from: { type: "integer", minimum: 10 },
      low: { type: "number", maximum: -3 }, when: { type: "string", format: "date" }, known: { type: "integer", default: 7 }, gift: { type: ["null", "boolean"] },
      items: { type: "array", minItems: 2, items: { type: "object", properties: { price: { type: "number", minimum: 0 } } } },
    },
  };

  expect(exampleOf(schema)).toEqual({
    id: "idxxxx", size: "s", qty: 1, from: 10, low: -3, when: "2026-01-31", known: 7, gift: true, items: [{ price: 1 }, { price: 1 }],
  });
  expect(exampleOf({})).toEqual({});
});

test("parameters go into the path, and what has no body into the query", () => {
  expect(request(ROUTE, { id: "a/b", qty: 2 })).toEqual({ path: "/orders/a%2Fb", body: '{"qty":2}' });
  expect(request({ ...ROUTE, httpMethod: "GET" }, { id: 7, q: "x y", list: [1] })).toEqual({ path: "/orders/7?q=x+y&list=%5B1%5D", body: null });
  expect(request(ROUTE, {}).path).toBe("/orders/id");
});

test("a line names the token only where it is known, and quotes what a shell would read", () => {
  expect(curlLine(TOKEN, ROUTE, "http://h/c/s", { id: "1", name: "it's" }, null)).toBe(
    `curl -sS -H "Authorization: Bearer $FLOW8_TOKEN" -H 'Content-Type: application/json' -d '{"name":"it'\\''s"}' 'http://h/c/s/orders/1'`,
  );
  expect(curlLine({ ...TOKEN, authMode: "public" }, { ...ROUTE, httpMethod: "GET" }, "http://h", { id: "1" }, null)).toBe("curl -sS 'http://h/orders/1'");
  expect(curlLine(TOKEN, { ...ROUTE, httpMethod: "DELETE" }, "http://h", { id: "1" }, "t0k")).toBe(`curl -sS -X DELETE -H "Authorization: Bearer t0k" 'http://h/orders/1'`);
  expect(curlLine({ ...TOKEN, authMode: "hmac" }, ROUTE, "http://h", { id: "1" }, "t0k").split("\n")).toHaveLength(3);
  expect(quoted("a")).toBe("'a'");
});

test("sockets and agents get lines of their own", () => {
  expect(tcpLine({ authMode: "public" }, ROUTE, "tcp://host:7702", { qty: 1 }, null)).toBe(
    `printf '%s\\n' '{"client":"terminal","route":"New order"}' '{"id":1,"qty":1}' | nc -q 5 host 7702`,
  );
  expect(websocketLine(TOKEN, { ...ROUTE, path: "/talk" }, "ws://host:7701", {}, "t0k")).toBe(
    `echo '{"id":"m1"}' | websocat -n1 -H="Authorization: Bearer t0k" 'ws://host:7701/talk'`,
  );
  expect(JSON.parse(mcpSnippet("http://h:4445/mcp")).servers.flow8.url).toBe("http://h:4445/mcp");
});
