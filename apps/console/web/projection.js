/** Miller's projection: it keeps Europe, where regions are close to each other, larger than equal-area ones do. */

const RADIANS = Math.PI / 180;

/** The part of the world that is shown, in degrees: Antarctica has no regions. */
export const SHOWN = { west: -170, east: 180, north: 77, south: -57 };

function millerY(latitude) {
  return 1.25 * Math.log(Math.tan(Math.PI / 4 + 0.4 * latitude * RADIANS));
}

const TOP = millerY(SHOWN.north);

/** Height of the map for a width of 1. */
export const ASPECT = (TOP - millerY(SHOWN.south)) / ((SHOWN.east - SHOWN.west) * RADIANS);

/** Position on a map of this width, whose left upper corner is at `left` and `top`. */
export function project(longitude, latitude, { left, top, width }) {
  const scale = width / ((SHOWN.east - SHOWN.west) * RADIANS);
  return [
    left + (longitude - SHOWN.west) * RADIANS * scale,
    top + (TOP - millerY(latitude)) * scale,
  ];
}

/** The outlines of land as the data of an SVG path. */
export function landPath(outlines, area) {
  return outlines
    .map((outline) => {
      const steps = outline.split(' ').map(Number);
      let path = '';
      let [x, y] = [0, 0];
      for (let at = 0; at < steps.length; at += 2) {
        x += steps[at];
        y += steps[at + 1];
        const [left, top] = project(x / 10, Math.max(y / 10, -80), area);
        path += `${at === 0 ? 'M' : 'L'}${left.toFixed(1)} ${top.toFixed(1)}`;
      }
      return `${path}Z`;
    })
    .join('');
}
