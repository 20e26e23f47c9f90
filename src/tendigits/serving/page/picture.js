/** A picture from somebody's files, made ready to be sent: no larger than reading it needs. */

/** @typedef {{blob: Blob, width: number, height: number}} Picture a width of 0 where this browser cannot show it */

/** Pixels on the longer side; photographs have three times as many, and are read no better for it. */
const LARGEST = 2000;

const QUALITY = 0.92;

/** @param {Blob} file @returns {Promise<Picture>} */
export async function prepare(file) {
  const bitmap = await decoded(file);
  if (!bitmap) return { blob: file, width: 0, height: 0 };
  const { width, height } = bitmap;
  if (Math.max(width, height) <= LARGEST) return { blob: file, width, height };
  const scale = LARGEST / Math.max(width, height);
  return scaled(bitmap, Math.round(scale * width), Math.round(scale * height));
}

/** The pixels, turned as the camera was held; null for what only the server may be able to read. @param {Blob} file */
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

/** @param {ImageBitmap} bitmap @param {number} width @param {number} height @returns {Promise<Picture>} */
async function scaled(bitmap, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "#fff"; // where it is transparent: JPEG is not
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return { blob: await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY }), width, height };
}
