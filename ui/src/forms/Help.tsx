// The sentence under a field, with code in it and what is taken when nothing is said.

export function Help({ id, text, standard }: { id: string; text: string; standard: unknown }) {
  const isTold = standard !== undefined && standard !== null && standard !== "" && typeof standard !== "object";
  return (
    <small id={id} className="form-help">
      {coded(text)}
      {isTold && (
        <>
          {" "}
          Usual: <code>{String(standard)}</code>.
        </>
      )}
    </small>
  );
}

/** Text in which what stands in backticks is code. */
export function coded(text: string) {
  return text.split("`").map((part, place) => (place % 2 ? <code key={place}>{part}</code> : part));
}
