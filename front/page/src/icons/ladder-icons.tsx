/** The icons of the ladder. */
import type { JSX } from 'preact';
import { Icon } from './icons.tsx';

export const LadderIcon = (): JSX.Element => <Icon><path d="M5.5 3.5v17M18.5 3.5v17" /><path d="M5.5 8.5h10m0 0-2.500-2.200m2.500 2.200-2.500 2.200" /><path d="M18.5 15.500h-10m0 0 2.500-2.200m-2.500 2.200 2.500 2.200" /></Icon>;
export const StepIcon = (): JSX.Element => <Icon><path d="M6 5.500v13l9-6.500z" fill="currentColor" /><path d="M18.5 5.500v13" /></Icon>;
export const DownloadIcon = (): JSX.Element => <Icon><path d="M12 4v11m0 0 4.500-4.500M12 15l-4.5-4.500M4.5 19.500h15" /></Icon>;
export const OpenIcon = (): JSX.Element => <Icon><path d="M3.5 18V6.500A1.500 1.500 0 0 1 5 5h4l2 2.500h6.500A1.500 1.500 0 0 1 19 9v1.500" /><path d="M3.500 18.500 6 11h15.500l-2.300 7.500z" /></Icon>;
export const LoseIcon = (): JSX.Element => <Icon><path d="M3.500 12h8" /><path d="m13.500 8.500 7 7m0-7-7 7" /></Icon>;
export const EraseIcon = (): JSX.Element => <Icon><path d="M4.500 7h15M9.500 7V4.500h5V7M6.500 7l1 12.500h9l1-12.500" /></Icon>;
