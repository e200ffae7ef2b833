/** Full screen and picture in picture, with the differences between browsers. */

/** iPhones have full screen for a video element only, under an older name. */
interface OlderVideo {
  webkitEnterFullscreen?: () => void;
}

/** @param stage what fills the screen, its controls included */
export async function toggleFullScreen(stage: HTMLElement, video: HTMLVideoElement): Promise<void> {
  if (document.fullscreenElement) return document.exitFullscreen();
  if (typeof stage.requestFullscreen === 'function') return stage.requestFullscreen();
  (video as OlderVideo).webkitEnterFullscreen?.();
}

/** Firefox has picture in picture as a button of its own on every video, and no interface for pages. */
export function hasPictureInPicture(): boolean {
  return (document as { pictureInPictureEnabled?: boolean }).pictureInPictureEnabled === true;
}

export async function togglePictureInPicture(video: HTMLVideoElement): Promise<void> {
  if (!hasPictureInPicture()) return;
  if (document.pictureInPictureElement) await document.exitPictureInPicture();
  else if (video.readyState >= HTMLMediaElement.HAVE_METADATA) await video.requestPictureInPicture();
}
