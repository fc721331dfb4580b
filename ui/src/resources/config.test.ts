// Secrets never get into the form that shows values, and leave it only when they were typed.
import { describe, expect, it } from "vitest";
import { configOf, formOf } from "./config";

const provider = {
  config: {
    type: "object",
    properties: { host: { type: "string" }, password: { type: "string", title: "Password", description: "The password." } },
    required: ["host", "password"],
  },
  secrets: ["password"],
};

describe("a provider's form", () => {
  it("has its secrets apart", () => {
    const { schema, secrets } = formOf(provider);
    expect(Object.keys(schema.properties ?? {})).toEqual(["host"]);
    expect(schema.required).toEqual(["host"]);
    expect(secrets).toEqual([{ name: "password", label: "Password", hint: "The password." }]);
  });

  it("sends a secret only when somebody typed one", () => {
    expect(configOf({ host: "h" }, { password: "" })).toEqual({ host: "h" });
    expect(configOf({ host: "h" }, { password: "new" })).toEqual({ host: "h", password: "new" });
  });
});
