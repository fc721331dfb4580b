// What took longest and what failed most in the last hour, each leading to its plays.
import { Link } from "wouter";
import type { Recent } from "../api/types";
import { duration } from "../parts/times";

export function Slowest({ recent }: { recent: Recent }) {
  return (
    <section aria-labelledby="slowest">
      <h2 id="slowest">The slowest flowlets</h2>
      {recent.slowest.length === 0 ? (
        <p className="notice">No flowlet ran in the last hour.</p>
      ) : (
        <div className="health-table" tabIndex={0} role="region" aria-labelledby="slowest">
          <table>
            <thead>
              <tr>
                <th scope="col">Flowlet</th>
                <th scope="col">On average</th>
                <th scope="col">Longest</th>
                <th scope="col">Times</th>
              </tr>
            </thead>
            <tbody>
              {recent.slowest.map((each) => (
                <tr key={`${each.flow} ${each.ref}`}>
                  <td>
                    <Link href={`/plays?flow=${encodeURIComponent(each.flow)}&last=1h`}>{each.flow}</Link> <code>{each.ref}</code>
                  </td>
                  <td>{duration(each.averageMs)}</td>
                  <td>{duration(each.longestMs)}</td>
                  <td>{each.count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="quiet">Of the newest {recent.lookedAt} plays of the last hour (500 at most), without what waits for an approval or an event.</p>
    </section>
  );
}

export function Failures({ recent }: { recent: Recent }) {
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">Why plays failed</h2>
      {recent.failures.length === 0 ? (
        <p className="notice good">No play failed in the last hour.</p>
      ) : (
        <div className="health-table" tabIndex={0} role="region" aria-labelledby="failures">
          <table>
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col">Plays</th>
                <th scope="col">The last one</th>
              </tr>
            </thead>
            <tbody>
              {recent.failures.map((each) => (
                <tr key={each.code}>
                  <td>
                    <code>{each.code}</code>
                  </td>
                  <td>{each.count}</td>
                  <td>
                    <Link href={`/plays/${each.lastPlayId}`}>play …{each.lastPlayId.slice(-6)}</Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="quiet">
        <Link href="/plays?state=FAIL&last=1h">All that failed in the last hour</Link>
      </p>
    </section>
  );
}
