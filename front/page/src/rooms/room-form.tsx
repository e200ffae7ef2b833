/** Opening a room, and changing one. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Room } from '../connection/room.ts';
import { Choices } from '../forms/choices.tsx';
import { Field } from '../forms/field.tsx';
import { FormProblem } from '../forms/problem.tsx';
import { Submit } from '../forms/submit.tsx';
import { useForm } from '../forms/use-form.ts';
import { copyText } from '../shell/clipboard.ts';
import { useApp } from '../shell/context.ts';
import { Dialog } from '../shell/dialog.tsx';
import { lobbyWords } from '../strings/lobby-words.ts';
import { roomAddress, roomLink } from './room-link.ts';
import { draftOf, draftProblem, limitsFor, MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH, planOf, type DraftProblem, type RoomDraft } from './room-rules.ts';

const text = lobbyWords.roomForm;

export interface RoomFormDialogProps {
  /** The room to change; a new one is opened without. */
  readonly room?: Room;
  readonly onClose: () => void;
}

export function RoomFormDialog({ room, onClose }: RoomFormDialogProps): JSX.Element {
  const app = useApp();
  const [draft, setDraft] = useState(() => draftOf(room));
  const set = (change: Partial<RoomDraft>): void => setDraft((present) => ({ ...present, ...change }));
  const check = (): Partial<Record<DraftProblem['field'], string>> => problemOf(draft, room);
  const { form, onSubmit, busy, problems, failure } = useForm(check, async () => {
    const { roomsApi, rooms } = app.lobby;
    const plan = planOf(draft, room);
    if (room) {
      const saved = await app.account.use((bearer) => roomsApi.change(room.id, plan, bearer));
      rooms.replace(saved);
      app.notices.show({ text: lobbyWords.rooms.saved(saved.title), tone: 'good' });
    } else {
      const created = await app.account.use((bearer) => roomsApi.create(plan, bearer));
      rooms.add(created);
      // It is on top.
      scrollTo(0, 0);
      app.notices.show({ text: lobbyWords.rooms.created(created.title), tone: 'good', link: { label: lobbyWords.rooms.join, href: roomLink(created) }, ...copying(created) });
    }
    onClose();
  });
  const limits = limitsFor(draft.guestLimit);
  return (
    <Dialog title={room ? text.editTitle : text.createTitle} onClose={onClose}>
      <form ref={form} class="form" onSubmit={onSubmit} noValidate data-form="room">
        <Field first name="title" label={text.title} autocomplete="off" capitalize="sentences" placeholder={text.titlePlaceholder} value={draft.title} onValue={(title) => set({ title })} problem={problems.title} />
        <Field name="description" label={text.description} autocomplete="off" optional long value={draft.description} onValue={(description) => set({ description })} problem={problems.description} />
        <Choices name="visibility" label={text.visibility} options={text.visibilities} value={draft.visibility} onValue={(visibility) => set({ visibility })} />
        <Choices name="admission" label={text.admission} options={text.admissions} value={draft.admission} onValue={(admission) => set({ admission })} />
        <div class="field">
          <label for="guest-limit">{text.limit}</label>
          <select id="guest-limit" name="guest-limit" value={String(draft.guestLimit ?? '')} onChange={({ currentTarget: { value } }) => set({ guestLimit: value === '' ? null : Number(value) })}>
            {limits.map((limit) => <option key={limit} value={String(limit ?? '')}>{limit ?? text.noLimit}</option>)}
          </select>
        </div>
        <label class="switch">
          {text.lock}
          <input type="checkbox" role="switch" name="locked" checked={draft.locked} onChange={({ currentTarget }) => set({ locked: currentTarget.checked })} />
        </label>
        {draft.locked && <Field name="password" label={text.password} type="password" autocomplete="new-password" value={draft.password} onValue={(password) => set({ password })} problem={problems.password} hint={room?.hasPassword ? text.keepPassword : undefined} />}
        <FormProblem failure={failure} />
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>{lobbyWords.form.cancel}</button>
          {room ? <Submit busy={busy} label={lobbyWords.form.save} busyLabel={lobbyWords.form.saving} /> : <Submit busy={busy} label={text.create} busyLabel={text.creating} />}
        </div>
      </form>
    </Dialog>
  );

  /** Where the page may copy, the notice offers the link at once. */
  function copying(created: Room): { action?: { label: string; run: () => void } } {
    if (!isSecureContext) return {};
    return { action: { label: lobbyWords.rooms.copyLink, run: () => void copyText(roomAddress(created, location.href)) } };
  }
}

function problemOf(draft: RoomDraft, room: Room | undefined): Partial<Record<DraftProblem['field'], string>> {
  const found = draftProblem(draft, room);
  if (!found) return {};
  const { problems } = lobbyWords.form;
  if (found.problem === 'missing') return { [found.field]: problems.missing };
  return { [found.field]: problems['too-long'](found.field === 'title' ? MAX_TITLE_LENGTH : MAX_DESCRIPTION_LENGTH) };
}
