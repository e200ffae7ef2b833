/** The icons of the lobby. */
import type { JSX } from 'preact';
import { Icon } from './icons.tsx';

export const WatchIcon = (): JSX.Element => <Icon><rect x="3" y="5" width="18" height="12" rx="2.5" /><path d="M8.5 20.5h7" /><path d="m10.5 8.7 4 2.3-4 2.3z" fill="currentColor" /></Icon>;
export const RoomsIcon = (): JSX.Element => <Icon><rect x="3" y="6" width="12.5" height="12" rx="2.8" /><path d="m15.5 10.5 4.2-2.6a.9.9 0 0 1 1.3.8v6.6a.9.9 0 0 1-1.3.8l-4.2-2.6" /></Icon>;
export const GroupIcon = (): JSX.Element => <Icon><circle cx="9" cy="8.5" r="3.3" /><path d="M2.8 19c.5-3.4 3-5.2 6.2-5.2s5.7 1.8 6.2 5.2" /><path d="M15.5 5.5a3.2 3.2 0 0 1 0 6.1m2.3 2.7c2 .7 3.2 2.3 3.5 4.7" /></Icon>;
export const AccountIcon = (): JSX.Element => <Icon><circle cx="12" cy="12" r="9" /><circle cx="12" cy="10" r="3" /><path d="M6.3 18.6c1-2.6 3.1-3.9 5.7-3.9s4.7 1.3 5.7 3.9" /></Icon>;
export const PlusIcon = (): JSX.Element => <Icon><path d="M12 5v14M5 12h14" /></Icon>;
export const LockIcon = (): JSX.Element => <Icon><rect x="5" y="10.5" width="14" height="9.5" rx="2.3" /><path d="M8.3 10.5V8a3.7 3.7 0 0 1 7.4 0v2.5" /></Icon>;
export const HiddenIcon = (): JSX.Element => <Icon><path d="M4 4.5 20 19.5M9.8 6a9.7 9.7 0 0 1 2.2-.25c5.5 0 9 6.25 9 6.25a15.5 15.5 0 0 1-2.6 3.3M6.2 7.7A15.4 15.4 0 0 0 3 12s3.5 6.25 9 6.25c1.6 0 3-.5 4.3-1.25" /><path d="M9.8 10.2a3 3 0 0 0 4.2 4.1" /></Icon>;
export const SeenIcon = (): JSX.Element => <Icon><path d="M3 12s3.5-6.25 9-6.25S21 12 21 12s-3.5 6.25-9 6.25S3 12 3 12z" /><circle cx="12" cy="12" r="2.8" /></Icon>;
export const InvitationIcon = (): JSX.Element => <Icon><rect x="3.5" y="5.5" width="17" height="13" rx="2.3" /><path d="m4.5 7.5 7.5 5.7 7.5-5.7" /></Icon>;
export const LinkIcon = (): JSX.Element => <Icon><path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1" /><path d="M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1" /></Icon>;
export const EditIcon = (): JSX.Element => <Icon><path d="m14.5 6 3.5 3.5M5 19l.8-3.6L16 5.2a1.7 1.7 0 0 1 2.4 0l.4.4a1.7 1.7 0 0 1 0 2.4L8.6 18.2z" /></Icon>;
export const DeleteIcon = (): JSX.Element => <Icon><path d="M4.5 7h15M9.5 7V5.2a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1V7M6.5 7l.8 11.3a1.7 1.7 0 0 0 1.7 1.6h6a1.7 1.7 0 0 0 1.7-1.6L17.5 7M10.3 11v5m3.4-5v5" /></Icon>;
export const MoreIcon = (): JSX.Element => <Icon filled><circle cx="12" cy="5.5" r="1.7" /><circle cx="12" cy="12" r="1.7" /><circle cx="12" cy="18.5" r="1.7" /></Icon>;
export const PhoneIcon = (): JSX.Element => <Icon><path d="M8.3 4.5H5.7a1.5 1.5 0 0 0-1.5 1.6A14.5 14.5 0 0 0 17.9 19.8a1.5 1.5 0 0 0 1.6-1.5v-2.6a1.2 1.2 0 0 0-.9-1.15l-2.7-.75a1.2 1.2 0 0 0-1.2.35l-.9 1a11 11 0 0 1-4.9-4.9l1-.9a1.2 1.2 0 0 0 .35-1.2L9.45 5.4a1.2 1.2 0 0 0-1.15-.9z" /></Icon>;
export const ShieldIcon = (): JSX.Element => <Icon><path d="M12 3.5 5 6v5.5c0 4.3 2.9 7.6 7 9 4.1-1.4 7-4.7 7-9V6z" /><path d="m9 12 2.2 2.2L15.2 10" /></Icon>;
export const LiveIcon = (): JSX.Element => <Icon><circle cx="12" cy="12" r="3" fill="currentColor" /><path d="M7.8 7.8a6 6 0 0 0 0 8.4m8.4-8.4a6 6 0 0 1 0 8.4M5 5a9.9 9.9 0 0 0 0 14M19 5a9.9 9.9 0 0 1 0 14" /></Icon>;
export const InformationIcon = (): JSX.Element => <Icon><circle cx="12" cy="12" r="8.5" /><path d="M12 11.2v4.6M12 8.2v.1" /></Icon>;
