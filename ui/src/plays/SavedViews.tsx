// Filters with a name: choose one, save those that are set now, forget one.
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import { filtersIn, keepViews, readViews, withView, type View } from "./views";

export function SavedViews({ params }: { params: URLSearchParams }) {
  const [, navigate] = useLocation();
  const [views, setViews] = useState(readViews);
  const [name, setName] = useState("");
  const box = useRef<HTMLDetailsElement>(null);
  const query = filtersIn(params);
  const put = (next: View[]) => {
    keepViews(next);
    setViews(next);
  };
  const show = (view: View) => {
    box.current!.open = false;
    navigate(`/plays?${view.query}`);
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) put(withView(views, { name: name.trim(), query }));
    setName("");
  };
  useEffect(() => {
    const leave = (event: PointerEvent) => {
      if (!box.current!.contains(event.target as Node)) box.current!.open = false;
    };
    document.addEventListener("pointerdown", leave);
    return () => document.removeEventListener("pointerdown", leave);
  }, []);
  const now = query ? views.find((each) => each.query === query) : undefined;
  return (
    <details className="views-menu" ref={box} onKeyDown={(event) => event.key === "Escape" && box.current!.open && (event.stopPropagation(), (box.current!.open = false))}>
      <summary>{now ? now.name : "Saved views"} ▾</summary>
      <div className="views-box">
        {views.length === 0 && <p className="quiet">None yet. Set filters, and give them a name here.</p>}
        <ul>
          {views.map((view) => (
            <li key={view.name}>
              <button type="button" className="plain" aria-current={view === now ? "true" : undefined} onClick={() => show(view)}>
                {view.name}
              </button>
              <button type="button" className="plain" aria-label={`Forget ${view.name}`} onClick={() => put(views.filter((each) => each !== view))}>
                ✕
              </button>
            </li>
          ))}
        </ul>
        {query ? (
          <form onSubmit={save}>
            <input aria-label="Name of this view" placeholder="Name of this view" maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
            <button type="submit">
              Save
            </button>
          </form>
        ) : (
          views.length > 0 && <p className="quiet">Set filters to save another one.</p>
        )}
      </div>
    </details>
  );
}
