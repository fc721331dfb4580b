// A provider's configuration in two: what may be shown, as a form, and the secrets, which are only written.
import type { Provider } from "../api/types";
import type { JsonSchema } from "../forms/types";

interface SecretPart {
  name: string;
  label: string;
  hint: string | undefined;
}

export function formOf(provider: Pick<Provider, "config" | "secrets">): { schema: JsonSchema; secrets: SecretPart[] } {
  const schema = provider.config as JsonSchema;
  const open = Object.entries(schema.properties ?? {}).filter(([name]) => !provider.secrets.includes(name));
  const required = (schema.required ?? []).filter((name) => !provider.secrets.includes(name));
  return {
    schema: { ...schema, properties: Object.fromEntries(open), required },
    secrets: provider.secrets.map((name) => ({
      name,
      label: schema.properties?.[name]?.title ?? name,
      hint: schema.properties?.[name]?.description,
    })),
  };
}

/** The configuration as the API takes it: a secret that nobody typed is left out, and so stays. */
export function configOf(open: unknown, secrets: Readonly<Record<string, string>>): Record<string, unknown> {
  const typed = Object.entries(secrets).filter(([, value]) => value !== "");
  return { ...(open as Record<string, unknown>), ...Object.fromEntries(typed) };
}
