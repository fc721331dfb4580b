// Which company one is in, and the way to another of one's own.
import { useState } from "react";
import { post } from "../api/client";
import { useBoot } from "./context";

export function CompanySwitcher() {
  const { me } = useBoot();
  const [error, setError] = useState<Error | null>(null);
  const change = async (company: string) => {
    try {
      await post("/auth/company", { body: { company } });
      // Everything on this page belongs to the company before.
      window.location.assign("/");
    } catch (refused) {
      setError(refused as Error);
    }
  };
  if (me.companies.length < 2) return <strong className="company">{me.company?.name}</strong>;
  return (
    <span className="company">
      <label>
        <span className="unseen">Company</span>
        <select value={me.company?.id} onChange={(event) => void change(event.target.value)}>
          {me.companies.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      {error && <span role="alert">{error.message}</span>}
    </span>
  );
}
