export interface HostileFile {
  octets: number;
  packets: number;
}
