// Cylindrical equal-area projection that is true to shape at the middle latitude: each cell stays a rectangle, and
// equal areas stay equal. x = lon cos(p), y = sin(lat) / cos(p), in degrees of arc at latitude p.

const RADIAN = Math.PI / 180;

class Projection {
  constructor(west, south, east, north) {
    this.cosine = Math.cos(((south + north) / 2) * RADIAN);
    this.west = west;
    this.left = west * this.cosine;
    this.top = this.arc(north);
    this.wide = (east - west) * this.cosine;
    this.high = this.top - this.arc(south);
    this.scale = 1;
  }

  arc(lat) {
    return Math.sin(lat * RADIAN) / this.cosine / RADIAN;
  }

  // sets the width of the map in pixels and returns its height
  fit(width) {
    this.scale = width / this.wide;
    return Math.round(this.high * this.scale);
  }

  x(lon) {
    return (lon * this.cosine - this.left) * this.scale;
  }

  y(lat) {
    return (this.top - this.arc(lat)) * this.scale;
  }

  lon(x) {
    return (x / this.scale + this.left) / this.cosine;
  }

  lat(y) {
    return Math.asin((this.top - y / this.scale) * RADIAN * this.cosine) / RADIAN;
  }
}
