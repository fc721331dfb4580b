// The roots of expressions with a sentence for each, in the order of use; a test compares them with the language's own.

export const ROOTS: Record<string, string> = {
  prev: "outputs of earlier flowlets",
  args: "the arguments of the play",
  item: "the current item of the loop",
  index: "its position, from 0",
  layer: "state and error of earlier flowlets",
  request: "the request, when a channel started it",
  kv: "key-value entries",
  play: "this play",
  flow: "this flow",
  company: "the company of this play",
  now: "the time of this evaluation",
};
