/** A table of what there is now, with a heading and a count. */
import type { ComponentChildren, JSX } from 'preact';
import { lobbyWords } from '../strings/lobby-words.ts';

const text = lobbyWords.admin;

export interface TableProps {
  /** Names the part to tests. */
  readonly part: string;
  readonly title: string;
  /** Undefined until it is known. */
  readonly count: number | undefined;
  readonly empty: string;
  /** `minor` ones are left out where there is no room for them. */
  readonly columns: readonly { readonly label: string; readonly minor?: boolean }[];
  /** Whether rows end with something to do. */
  readonly actions?: boolean;
  readonly children: ComponentChildren;
}

export function Table({ part, title, count, empty, columns, actions = true, children }: TableProps): JSX.Element {
  return (
    <section class="admin-section" aria-label={title} data-part={part}>
      <h2>{title}{count !== undefined && <span class="admin-count">{count}</span>}</h2>
      {count === undefined && <p class="lead">{text.loading}</p>}
      {count === 0 && <p class="lead">{empty}</p>}
      {count !== undefined && count > 0 && (
        <div class="admin-scroll" tabIndex={0} role="region" aria-label={title}>
          <table>
            <thead>
              <tr>
                {columns.map(({ label, minor }) => <th key={label} scope="col" class={minor ? 'admin-minor' : undefined}>{label}</th>)}
                {actions && <th scope="col"><span class="visually-hidden">{text.columns.actions}</span></th>}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}
