/**
 * A camera for one page, which shows somebody in front of a wall, drawn in a few flat shapes: the fake camera of a browser is the same for
 * all of its pages. It gives few pictures a second, so that many of them cost little.
 */
import type { Page } from 'puppeteer-core';

export interface Face {
  /** Hue of the wall, in degrees. */
  readonly wall: number;
  readonly skin: string;
  readonly hair: string;
  readonly shirt: string;
  readonly longHair: boolean;
}

/** Puts the face before the camera that the page will ask for; its microphone stays the browser's. */
export async function drawCamera(page: Page, face: Face): Promise<void> {
  await page.evaluateOnNewDocument(showFace, face);
}

/** Takes camera and microphone from the page. */
export async function takeDevices(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('there is none', 'NotFoundError'));
  });
}

/** Runs inside the page. */
function showFace({ wall, skin, hair, shirt, longHair }: Face): void {
  const [width, height, framesPerSecond, sway] = [640, 360, 4, 4];

  const draw = (context: CanvasRenderingContext2D): void => {
    const shape = (colour: string, ...[x, y, radiusX, radiusY]: [number, number, number, number]): void => {
      context.fillStyle = colour;
      context.beginPath();
      context.ellipse(x, y, radiusX, radiusY, 0, 0, 2 * Math.PI);
      context.fill();
    };
    context.resetTransform();
    const light = context.createRadialGradient(130, 60, 0, 130, 60, 620);
    light.addColorStop(0, `hsl(${wall} 42% 72%)`);
    light.addColorStop(0.5, `hsl(${wall + 8} 38% 46%)`);
    light.addColorStop(1, `hsl(${wall + 16} 38% 26%)`);
    context.fillStyle = light;
    context.fillRect(0, 0, width, height);
    // The middle of the neck is the origin: who sways does so about it.
    context.setTransform(1.22, 0, 0, 1.22, width / 2 + sway * Math.sin(performance.now() / 900), 250);
    if (longHair) shape(hair, 0, -24, 80, 108);
    shape(shirt, 0, 140, 158, 116);
    shape(skin, 0, 18, 27, 44);
    shape(hair, 0, -80, 68, 72);
    shape(skin, 0, -52, 57, 70);
    context.save();
    context.beginPath();
    context.ellipse(0, -70, 66, 72, 0, 0, 2 * Math.PI);
    context.clip();
    shape(hair, 26, -124, 88, 46);
    context.restore();
    for (const side of [-1, 1]) shape('#28201f', side * 22, -52, 5, 6);
    context.fillStyle = '#a83f48';
    context.beginPath();
    context.ellipse(0, -24, 21, 13, 0, 0, Math.PI);
    context.fill();
  };

  const camera = (): MediaStreamTrack[] => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d');
    if (context === null) return [];
    draw(context);
    setInterval(() => draw(context), 1_000 / framesPerSecond);
    return canvas.captureStream(framesPerSecond).getVideoTracks();
  };

  const devices = navigator.mediaDevices;
  const ask = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async ({ audio, video } = {}) => {
    const heard = audio ? (await ask({ audio })).getTracks() : [];
    return new MediaStream([...heard, ...(video ? camera() : [])]);
  };
}
