// Meters on a map, and those that stand too close to each other to be told apart, as groups: by a grid that is fixed to the earth, one for
// each whole zoom, so that a group stays what it is while the map is moved.

// A cell is so many pixels wide at its zoom.
const CELL = 64;

// Pixels of the whole earth at a zoom.
export const earth = (zoom) => 256 * 2 ** zoom;

// The place of millionths of a degree on the map of the whole earth, from 0 to 1 (Web Mercator).
export const east = (lon) => (lon / 1e6 + 180) / 360;
export const south = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat / 1e6) * (Math.PI / 360))) / (2 * Math.PI);

// And back, in whole millionths of a degree.
export const longitude = (x) => Math.round((x * 360 - 180) * 1e6);
export const latitude = (y) => Math.round((Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360 / Math.PI - 90) * 1e6);

export class Points {
  // `flat` is latitude, longitude and state of each point, one behind the other.
  constructor(version, flat) {
    this.version = version;
    this.count = flat.length / 3;
    this.x = new Float64Array(this.count);
    this.y = new Float64Array(this.count);
    this.state = new Uint8Array(this.count);
    for (let at = 0; at < this.count; at++) {
      this.y[at] = south(flat[3 * at]);
      this.x[at] = east(flat[3 * at + 1]);
      this.state[at] = flat[3 * at + 2];
    }
    this.hasWork = this.state.some((state) => state & 16);
    this.levels = new Map();
  }

  // The groups of a whole zoom, made once.
  groups(zoom) {
    let level = this.levels.get(zoom);
    if (!level) this.levels.set(zoom, (level = this.#group(earth(zoom) / CELL)));
    return level.groups;
  }

  #group(cells) {
    const byCell = new Map();
    const groups = [];
    const groupOf = new Array(this.count);
    for (let at = 0; at < this.count; at++) {
      const cell = Math.floor(this.x[at] * cells) * 2 ** 26 + Math.floor(this.y[at] * cells);
      let group = byCell.get(cell);
      if (!group) {
        group = { members: [], x: 0, y: 0, tally: [0, 0, 0] };
        byCell.set(cell, group);
        groups.push(group);
      }
      group.members.push(at);
      group.x += this.x[at];
      group.y += this.y[at];
      group.tally[this.state[at] & 3]++;
      groupOf[at] = group;
    }
    for (const group of groups) {
      group.x /= group.members.length;
      group.y /= group.members.length;
    }
    return { groups, groupOf };
  }

  // A point is in another state from now on; returns whether that is news.
  mark(at, state) {
    const before = this.state[at];
    if (at >= this.count || before === state) return false;
    this.state[at] = state;
    this.hasWork ||= Boolean(state & 16);
    for (const { groupOf } of this.levels.values()) {
      groupOf[at].tally[before & 3]--;
      groupOf[at].tally[state & 3]++;
    }
    return true;
  }

  // The box around some points, or all of them: west, north, east, south.
  around(members) {
    const box = [1, 1, 0, 0];
    const take = (at) => grow(box, this.x[at], this.y[at]);
    if (members) members.forEach(take);
    else for (let at = 0; at < this.count; at++) take(at);
    return box[0] > box[2] ? null : box;
  }
}

// Makes a box hold a place as well.
export function grow(box, x, y) {
  box[0] = Math.min(box[0], x);
  box[1] = Math.min(box[1], y);
  box[2] = Math.max(box[2], x);
  box[3] = Math.max(box[3], y);
}
