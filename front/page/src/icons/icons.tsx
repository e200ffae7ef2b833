/** The page's icons, drawn on a grid of 24; decorative, since what they stand for is said by the control that holds them. */
import type { ComponentChildren, JSX } from 'preact';

export function Icon({ children, filled = false }: { children: ComponentChildren; filled?: boolean }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill={filled ? 'currentColor' : 'none'} stroke={filled ? 'none' : 'currentColor'} stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">
      {children}
    </svg>
  );
}

export const PlayIcon = (): JSX.Element => <Icon filled><path d="M7 5.2v13.6c0 1 1.1 1.6 2 1.1l10.6-6.8c.8-.5.8-1.7 0-2.2L9 4.1c-.9-.5-2 .1-2 1.1z" /></Icon>;
export const PauseIcon = (): JSX.Element => <Icon filled><rect x="6" y="4.5" width="4.2" height="15" rx="1.4" /><rect x="13.8" y="4.5" width="4.2" height="15" rx="1.4" /></Icon>;
export const SoundIcon = (): JSX.Element => <Icon><path d="M4 9.5v5h3.2L12 18.6V5.4L7.2 9.5z" fill="currentColor" /><path d="M15.5 9a4.2 4.2 0 0 1 0 6" /><path d="M18 6.4a8 8 0 0 1 0 11.2" /></Icon>;
export const SilentIcon = (): JSX.Element => <Icon><path d="M4 9.5v5h3.2L12 18.6V5.4L7.2 9.5z" fill="currentColor" /><path d="m16 9.5 5 5m0-5-5 5" /></Icon>;
export const EnlargeIcon = (): JSX.Element => <Icon><path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9m6 0h3.500A1.5 1.5 0 0 1 20 5.500V9m0 6v3.500a1.5 1.5 0 0 1-1.5 1.500H15m-6 0H5.500A1.5 1.5 0 0 1 4 18.500V15" /></Icon>;
export const ReduceIcon = (): JSX.Element => <Icon><path d="M9 4v3.500A1.5 1.5 0 0 1 7.5 9H4m16 0h-3.500A1.5 1.5 0 0 1 15 7.500V4m0 16v-3.500a1.5 1.5 0 0 1 1.5-1.500H20M4 15h3.500A1.5 1.5 0 0 1 9 16.500V20" /></Icon>;
export const PictureIcon = (): JSX.Element => <Icon><rect x="3" y="5" width="18" height="14" rx="2.5" /><rect x="12" y="11.5" width="6.5" height="5" rx="1" fill="currentColor" stroke="none" /></Icon>;
export const StatisticsIcon = (): JSX.Element => <Icon><path d="M4 20V4M4 20h16" /><path d="m7.5 15 3.5-4 3 2.500L19 8" /></Icon>;
export const AgainIcon = (): JSX.Element => <Icon><path d="M5 12a7 7 0 1 0 2.300-5.200L4.5 9.500" /><path d="M4.5 4.500v5h5" /></Icon>;
export const QualityIcon = (): JSX.Element => <Icon><path d="M4 7h9m5 0h2M4 17h2m5 0h9" /><circle cx="15.5" cy="7" r="2.3" /><circle cx="8.500" cy="17" r="2.3" /></Icon>;
export const KeyboardIcon = (): JSX.Element => <Icon><rect x="2.5" y="6" width="19" height="12" rx="2.5" /><path d="M6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M8 14h8" /></Icon>;
export const BackIcon = (): JSX.Element => <Icon><path d="M19 12H5m6-6-6 6 6 6" /></Icon>;
export const CloseIcon = (): JSX.Element => <Icon><path d="m6 6 12 12M18 6 6 18" /></Icon>;
export const PeopleIcon = (): JSX.Element => <Icon><circle cx="12" cy="8" r="3.6" /><path d="M5 19.500c.6-3.6 3.4-5.5 7-5.500s6.4 1.9 7 5.5" /></Icon>;
export const SearchIcon = (): JSX.Element => <Icon><circle cx="11" cy="11" r="6.5" /><path d="m16 16 4.5 4.5" /></Icon>;
export const SystemThemeIcon = (): JSX.Element => <Icon><circle cx="12" cy="12" r="8" /><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor" stroke="none" /></Icon>;
export const LightThemeIcon = (): JSX.Element => <Icon><circle cx="12" cy="12" r="3.8" /><path d="M12 2.800v1.800m0 14.800v1.800M2.8 12h1.800m14.8 0h1.800M5.5 5.500l1.3 1.300m10.4 10.4 1.3 1.300m0-13-1.3 1.300M6.8 17.200l-1.3 1.3" /></Icon>;
export const DarkThemeIcon = (): JSX.Element => <Icon><path d="M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10z" /></Icon>;
export const LeaveIcon = (): JSX.Element => <Icon><path d="M14 4.500h-7A1.5 1.5 0 0 0 5.5 6v12A1.5 1.5 0 0 0 7 19.500h7M10.5 12H20m-3.5-3.500L20 12l-3.5 3.5" /></Icon>;
export const CopyIcon = (): JSX.Element => <Icon><rect x="8.5" y="8.5" width="11" height="11" rx="2" /><path d="M5.5 15.500A1 1 0 0 1 4.5 14.500V6A1.5 1.5 0 0 1 6 4.500h8.500a1 1 0 0 1 1 1" /></Icon>;
export const DoneIcon = (): JSX.Element => <Icon><path d="m5 12.5 4.5 4.500L19 7.5" /></Icon>;
export const AlertIcon = (): JSX.Element => <Icon><path d="M12 8.500v4.500m0 3.200v.1" /><path d="M10.6 4.3 3.3 17a1.6 1.6 0 0 0 1.4 2.400h14.600a1.6 1.6 0 0 0 1.4-2.400L13.4 4.300a1.6 1.6 0 0 0-2.8 0z" /></Icon>;
