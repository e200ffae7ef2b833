/** Icons of calls and rooms, on the same grid as icons.tsx. */
import type { JSX } from 'preact';
import { Icon } from './icons.tsx';

export const MicrophoneIcon = (): JSX.Element => <Icon><rect x="9" y="3" width="6" height="11" rx="3" /><path d="M5.5 11.500a6.5 6.5 0 0 0 13 0M12 18v3m-3.5 0h7" /></Icon>;
export const MutedIcon = (): JSX.Element => <Icon><path d="M15 9.500V6a3 3 0 0 0-5.8-1M9 9v2a3 3 0 0 0 4.5 2.600M5.5 11.500a6.5 6.5 0 0 0 10 5.400M18.5 11.500a6.5 6.5 0 0 1-.5 2.400M12 18v3m-3.5 0h7M4 3.500l16 17" /></Icon>;
export const CameraIcon = (): JSX.Element => <Icon><rect x="2.5" y="6" width="13" height="12" rx="2.5" /><path d="m15.5 10.8 4.7-3a.8.8 0 0 1 1.3.7v7a.8.8 0 0 1-1.3.7l-4.7-3z" /></Icon>;
export const CameraOffIcon = (): JSX.Element => <Icon><path d="M9.5 6H13a2.5 2.5 0 0 1 2.5 2.500v2.300l4.7-3a.8.8 0 0 1 1.3.7v7M15.5 15.500A2.5 2.5 0 0 1 13 18H5a2.5 2.5 0 0 1-2.5-2.500v-7A2.5 2.5 0 0 1 5 6M3.5 3.500l17 17" /></Icon>;
export const ScreenIcon = (): JSX.Element => <Icon><rect x="2.5" y="4.5" width="19" height="13" rx="2.5" /><path d="M8.5 21h7M12 14V8.500m-2.8 2.600L12 8.200l2.8 2.9" /></Icon>;
export const ScreenOffIcon = (): JSX.Element => <Icon><rect x="2.5" y="4.5" width="19" height="13" rx="2.5" /><path d="M8.5 21h7M9.8 8.800l4.4 4.400m0-4.4-4.4 4.4" /></Icon>;
export const ChatIcon = (): JSX.Element => <Icon><path d="M5.5 4.500h13A2.5 2.5 0 0 1 21 7v7.500a2.5 2.5 0 0 1-2.5 2.500H11l-4.7 3.700a.5.5 0 0 1-.8-.4V17A2.5 2.5 0 0 1 3 14.500V7a2.5 2.5 0 0 1 2.5-2.500z" /><path d="M7.5 9h9m-9 3.500h6" /></Icon>;
export const HangUpIcon = (): JSX.Element => <Icon filled><path d="M12 8.500c-3.3 0-6.5.7-8.8 2.3-1 .7-1.4 1.8-1.2 3l.4 1.900c.2.9 1 1.5 1.9 1.300l3-.6c.8-.1 1.3-.8 1.3-1.600v-1.900a13 13 0 0 1 6.8 0v1.900c0 .8.5 1.5 1.3 1.600l3 .6c.9.2 1.7-.4 1.9-1.300l.4-1.900c.2-1.2-.2-2.3-1.2-3-2.3-1.6-5.5-2.3-8.8-2.300z" /></Icon>;
export const PhoneIcon = (): JSX.Element => <Icon filled><path d="M7.3 3.2 5 3.900c-1.2.4-1.9 1.5-1.8 2.7.7 7.6 6.6 13.5 14.2 14.2 1.2.1 2.3-.6 2.7-1.800l.7-2.300c.3-.8-.1-1.7-.9-2l-3-1.300c-.7-.3-1.5-.1-2 .5l-1.2 1.500a13 13 0 0 1-5.1-5.100l1.5-1.200c.6-.5.8-1.3.5-2l-1.3-3c-.3-.8-1.2-1.2-2-.9z" /></Icon>;
export const AddPersonIcon = (): JSX.Element => <Icon><circle cx="10" cy="8" r="3.6" /><path d="M3.5 19.500c.6-3.6 3.1-5.5 6.5-5.500s5.9 1.9 6.5 5.500M19 7.500v6m-3-3h6" /></Icon>;
export const DevicesIcon = (): JSX.Element => <Icon><circle cx="12" cy="12" r="3" /><path d="M19.4 14.600a1.6 1.6 0 0 0 .3 1.8 2 2 0 1 1-2.8 2.8 1.6 1.6 0 0 0-2.7 1.1 2 2 0 1 1-4 .1 1.6 1.6 0 0 0-2.8-1.2 2 2 0 1 1-2.8-2.8 1.6 1.6 0 0 0-1.1-2.7 2 2 0 1 1-.1-4 1.6 1.6 0 0 0 1.2-2.8 2 2 0 1 1 2.8-2.8 1.6 1.6 0 0 0 2.7-1.1 2 2 0 1 1 4-.1 1.6 1.6 0 0 0 2.8 1.2 2 2 0 1 1 2.8 2.8 1.6 1.6 0 0 0 1.1 2.7 2 2 0 1 1 .1 4 1.6 1.6 0 0 0-1.5 1z" /></Icon>;
export const LinkIcon = (): JSX.Element => <Icon><path d="M10 14.500a4.2 4.2 0 0 0 6.3.4l2.6-2.600a4.2 4.2 0 0 0-6-6l-1.4 1.500M14 9.500a4.2 4.2 0 0 0-6.3-.4l-2.6 2.600a4.2 4.2 0 0 0 6 6l1.4-1.5" /></Icon>;
export const SendIcon = (): JSX.Element => <Icon filled><path d="M3.4 20.1 20.6 12.800c.7-.3.7-1.3 0-1.600L3.4 3.900c-.7-.3-1.4.3-1.3 1L3.5 10c.1.4.4.7.8.800l8.2 1.2-8.2 1.200c-.4.1-.7.4-.8.8l-1.4 5.100c-.1.7.6 1.3 1.3 1z" /></Icon>;
export const LockIcon = (): JSX.Element => <Icon><rect x="5" y="10.5" width="14" height="10" rx="2.5" /><path d="M8 10.500V8a4 4 0 0 1 8 0v2.5" /></Icon>;
