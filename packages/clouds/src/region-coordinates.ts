import type { Place } from './source.ts';

/**
 * Where the regions are: latitude, longitude, city, then each cloud's regions there. The cities are those that the
 * providers name (AWS "Regions and Availability Zones", Google "Regions and zones", Microsoft "List of Azure
 * regions"); the coordinates are those of the cities, to a tenth of a degree, or 11 km. A tilde marks a region that
 * its provider has not announced: its place is derived from its name.
 */
const CITIES = `
-33.9 18.4 Cape Town: AWS af-south-1, Azure southafricawest
-26.2 28.0 Johannesburg: Azure southafricanorth, GCP africa-south1
22.3 114.2 Hong Kong: AWS ap-east-1, Azure eastasia, GCP asia-east2
25.0 121.6 Taipei: AWS ap-east-2, Azure taiwannorth
24.8 121.0 ~Taiwan, north-west: Azure taiwannorthwest
24.1 120.5 Changhua: GCP asia-east1
35.7 139.7 Tokyo: AWS ap-northeast-1, Azure japaneast, GCP asia-northeast1
34.7 135.5 Osaka: AWS ap-northeast-3, Azure japanwest, GCP asia-northeast2
37.6 127.0 Seoul: AWS ap-northeast-2, Azure koreacentral, GCP asia-northeast3
35.2 129.1 Busan: Azure koreasouth
19.1 72.9 Mumbai: AWS ap-south-1, Azure westindia, GCP asia-south1
17.4 78.5 Hyderabad: AWS ap-south-2, Azure indiasouthcentral
28.6 77.2 Delhi: GCP asia-south2
18.5 73.9 Pune: Azure centralindia
13.1 80.3 Chennai: Azure southindia
22.5 70.1 Jamnagar: Azure jioindiawest
21.1 79.1 Nagpur: Azure jioindiacentral
1.4 103.8 Singapore: AWS ap-southeast-1, Azure southeastasia, GCP asia-southeast1
-6.2 106.8 Jakarta: AWS ap-southeast-3, Azure indonesiacentral, GCP asia-southeast2
3.1 101.7 Kuala Lumpur: AWS ap-southeast-5, Azure malaysiawest
1.5 103.7 Johor Bahru: Azure malaysiasouth
13.8 100.5 Bangkok: AWS ap-southeast-7, GCP asia-southeast3
-33.9 151.2 Sydney: AWS ap-southeast-2, Azure australiaeast, GCP australia-southeast1
-37.8 145.0 Melbourne: AWS ap-southeast-4, Azure australiasoutheast, GCP australia-southeast2
-35.3 149.1 Canberra: Azure australiacentral, Azure australiacentral2
-36.8 174.8 Auckland: AWS ap-southeast-6, Azure newzealandnorth
39.9 116.4 Beijing: AWS cn-north-1
37.5 105.2 Zhongwei: AWS cn-northwest-1
45.5 -73.6 Montreal: AWS ca-central-1, GCP northamerica-northeast1
46.8 -71.2 Quebec City: Azure canadaeast
43.7 -79.4 Toronto: Azure canadacentral, GCP northamerica-northeast2
51.0 -114.1 Calgary: AWS ca-west-1
50.1 8.7 Frankfurt: AWS eu-central-1, Azure germanywc, GCP europe-west3
52.5 13.4 Berlin: Azure germanyn, GCP europe-west10
52.4 13.1 Potsdam: AWS eusc-de-east-1
47.4 8.5 Zurich: AWS eu-central-2, Azure switzerlandn, GCP europe-west6
46.2 6.1 Geneva: Azure switzerlandw
48.2 16.4 Vienna: Azure austriaeast
52.2 21.0 Warsaw: Azure polandcentral, GCP europe-central2
59.3 18.1 Stockholm: AWS eu-north-1, GCP europe-north2
60.7 17.1 Gävle: Azure swedencentral
55.6 13.0 Malmö: Azure swedensouth
59.9 10.8 Oslo: Azure norwaye
59.0 5.7 Stavanger: Azure norwayw
55.7 12.6 Copenhagen: Azure denmarkeast
60.6 27.2 Hamina: GCP europe-north1
45.5 9.2 Milan: AWS eu-south-1, Azure italynorth, GCP europe-west8
45.1 7.7 Turin: GCP europe-west12
41.6 -0.9 Zaragoza: AWS eu-south-2
40.4 -3.7 Madrid: Azure spaincentral, GCP europe-southwest1
53.3 -6.3 Dublin: AWS eu-west-1, Azure northeurope, Azure northeurope2
51.5 -0.1 London: AWS eu-west-2, Azure uksouth, GCP europe-west2
51.5 -3.2 Cardiff: Azure ukwest
48.9 2.4 Paris: AWS eu-west-3, Azure centralfrance, GCP europe-west9
43.3 5.4 Marseille: Azure southfrance
50.8 4.4 Brussels: Azure belgiumcentral
50.4 3.8 Saint-Ghislain: GCP europe-west1
52.4 4.9 Amsterdam: Azure westeurope
53.4 6.8 Eemshaven: GCP europe-west4
50.0 10.0 ~Europe, west: GCP europe-west15
32.1 34.8 Tel Aviv: AWS il-central-1, Azure israelcentral, GCP me-west1
32.8 35.0 ~Israel, north-west: Azure israelnorthwest
25.2 55.3 Dubai: AWS me-central-1, Azure uaenorth
24.5 54.4 Abu Dhabi: Azure uaecentral
26.2 50.6 Manama: AWS me-south-1
25.3 51.5 Doha: Azure qatarcentral, GCP me-central1
26.4 50.1 Dammam: GCP me-central2
24.7 46.7 ~Riyadh: AWS me-west-1
20.6 -100.4 Querétaro: AWS mx-central-1, Azure mexicocentral, GCP northamerica-south1
-23.6 -46.6 São Paulo: AWS sa-east-1, Azure brazilsouth, GCP southamerica-east1
-22.9 -43.2 Rio de Janeiro: Azure brazilse
-3.7 -38.5 ~Brazil, north-east: Azure brazilne
-33.4 -70.7 Santiago: AWS sa-west-1, Azure chilec, GCP southamerica-west1
39.0 -77.5 Ashburn: AWS us-east-1, GCP us-east4
37.4 -79.2 Virginia: Azure eastus, Azure eastus2, Azure eastus2euap, Azure usstagee
40.0 -83.0 Columbus: AWS us-east-2, AWS us-gov-east-1, GCP us-east5
33.7 -84.4 Atlanta: Azure eastus3, Azure southeastus, Azure southeastus3, Azure southeastus5
40.7 -74.0 ~United States, north-east: Azure northeastus5
33.2 -80.0 Moncks Corner: GCP us-east1
34.9 -85.8 Widows Creek: GCP us-east7
41.9 -87.6 Chicago: Azure northcentralus
41.6 -93.6 Des Moines: Azure centralus, Azure centraluseuap, Azure usstagec
41.3 -95.9 Council Bluffs: GCP us-central1
36.3 -95.3 Pryor: GCP us-central2
29.4 -98.5 San Antonio: Azure southcentralus, Azure southcentralus2
32.8 -96.8 Dallas: GCP us-south1
31.0 -99.0 ~Texas: AWS us-south-1
41.1 -104.8 Cheyenne: Azure westcentralus
40.8 -111.9 Salt Lake City: GCP us-west3
36.2 -115.1 Las Vegas: GCP us-west4
33.4 -112.1 Phoenix: Azure southwestus, Azure westus3, GCP us-west8
34.1 -118.2 Los Angeles: GCP us-west2
37.4 -122.0 San Francisco Bay: AWS us-west-1, Azure westus
45.8 -119.7 Boardman: AWS us-west-2, AWS us-gov-west-1
45.6 -121.2 The Dalles: GCP us-west1
47.2 -119.9 Quincy: Azure westus2
`;

/** Latitude and longitude in degrees. */
type Coordinates = readonly [latitude: number, longitude: number];

/** A region and where it is. */
export interface LocatedRegion extends Place {
  /** Begins with `~` if the provider has not announced the region. */
  readonly city: string;
  /** Degrees; positive in the north. */
  readonly latitude: number;
  /** Degrees; positive in the east. */
  readonly longitude: number;
}

const ROW = /^(-?[\d.]+) (-?[\d.]+) ([^:]+): (.+)$/gm;

/** Every region whose location is known: those of AWS, Azure and GCP. */
export function locatedRegions(): LocatedRegion[] {
  return [...CITIES.matchAll(ROW)].flatMap(([, latitude, longitude, city, regions]) =>
    regions.split(', ').map((name) => {
      const [cloud, region] = name.split(' ');
      return { cloud, region, city, latitude: Number(latitude), longitude: Number(longitude) };
    }),
  );
}

const COORDINATES: ReadonlyMap<string, Coordinates> = new Map(
  locatedRegions().map(({ cloud, region, latitude, longitude }) => [
    `${cloud} ${region}`,
    [latitude, longitude],
  ]),
);

/** The mean radius of the Earth, in kilometres. */
const EARTH_RADIUS = 6371;

function coordinatesOf({ cloud, region }: Place): Coordinates | undefined {
  return COORDINATES.get(`${cloud} ${region}`);
}

/**
 * Kilometres between two regions along a great circle, by the haversine formula.
 *
 * @returns undefined if the location of one is unknown: `GLOBAL`, or not a region of AWS, Azure or GCP
 */
export function distanceKm(from: Place, to: Place): number | undefined {
  const [start, end] = [coordinatesOf(from), coordinatesOf(to)];
  if (start === undefined || end === undefined) return undefined;
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const halfSine = (one: number, other: number): number => Math.sin(radians(other - one) / 2) ** 2;
  const chord =
    halfSine(start[0], end[0]) +
    Math.cos(radians(start[0])) * Math.cos(radians(end[0])) * halfSine(start[1], end[1]);
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(chord)));
}
