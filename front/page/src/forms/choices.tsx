/** One of a few, each with a word about it. */
import type { JSX } from 'preact';
import './field.css';

export interface ChoicesProps<T extends string> {
  readonly name: string;
  readonly label: string;
  readonly options: Readonly<Record<T, { readonly label: string; readonly note: string }>>;
  readonly value: T;
  readonly onValue: (value: T) => void;
}

export function Choices<T extends string>({ name, label, options, value, onValue }: ChoicesProps<T>): JSX.Element {
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      <div>
        {(Object.keys(options) as T[]).map((each) => (
          <label key={each} class="choice">
            <input type="radio" name={name} value={each} checked={each === value} onChange={() => onValue(each)} />
            <strong>{options[each].label}</strong>
            <span>{options[each].note}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
