import type { Clock } from '@archeio/presence';
import {
  type ConfigurationWatch,
  watchConfiguration,
} from '../../configuration/watch/watch-configuration.ts';
import type { WorkerPort } from '../../ipc/ports.ts';
import type {
  CertificateFiles,
  CheckedCertificate,
} from '../../platform/certificate/certificate.ts';
import { readCertificate, readRenewed } from '../../platform/certificate/read-certificate.ts';
import type { Log } from '../../platform/log.ts';
import type { Changes } from '../history/changes.ts';
import type { SupervisorService } from '../service.ts';

/** Dependencies of a {@link CertificateService}. */
export interface CertificateServiceDependencies {
  readonly workers: ReadonlySet<WorkerPort>;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Log;
  readonly changes?: Pick<Changes, 'add'> | undefined;
}

/** The certificate in use. */
export interface CertificateState {
  /** Milliseconds since 1970. */
  readonly notAfter: number;
  /** Whether the files, as they were last read, can be used. */
  readonly lastReloadSuccessful: boolean;
}

/** The part of a certificate by which a new one is recognised. */
const identityOf = ({ chain, key }: CheckedCertificate): string => `${chain}\0${key}`;

const described = ({ names, notAfter }: CheckedCertificate) => ({
  names,
  notAfter: new Date(notAfter).toISOString(),
});

/** Watches the files of the certificate, and sends it to the workers. One that cannot be used is logged, and the previous one stays. */
export class CertificateService implements SupervisorService {
  readonly #dependencies: CertificateServiceDependencies;
  readonly #watch: ConfigurationWatch;
  #inUse: CheckedCertificate;
  #successful = true;

  private constructor(
    files: CertificateFiles,
    first: CheckedCertificate,
    dependencies: CertificateServiceDependencies,
  ) {
    this.#dependencies = dependencies;
    this.#inUse = first;
    const { clock, wallClock } = dependencies;
    let latest = first;
    this.#watch = watchConfiguration(
      { kind: 'file', path: files.certificate },
      {
        clock,
        seen: identityOf(first),
        read: async () => {
          latest = await readRenewed(files, wallClock, this.#inUse);
          return { text: identityOf(latest), name: files.certificate };
        },
        onContent: () => this.#renewed(latest),
        onProblem: ({ message }) => this.#refused(message),
        onUnchanged: () => this.#unchanged(),
      },
    );
  }

  /**
   * Reads the files for the first time.
   *
   * @throws ArcheioError if they cannot be used
   */
  static async start(
    files: CertificateFiles,
    dependencies: CertificateServiceDependencies,
  ): Promise<CertificateService> {
    const first = await readCertificate(files, dependencies.wallClock());
    dependencies.log.info('certificate-loaded', described(first));
    return new CertificateService(files, first, dependencies);
  }

  /** Reads the files now; resolves when what is in them is in use or refused. */
  now(): Promise<void> {
    return this.#watch.now();
  }

  joined(worker: WorkerPort): void {
    const { chain, key } = this.#inUse;
    worker.certificate({ chain, key });
  }

  adopt(): void {}

  runDue(): void {
    this.#watch.lookIfDue();
  }

  get state(): CertificateState {
    return { notAfter: this.#inUse.notAfter, lastReloadSuccessful: this.#successful };
  }

  close(): void {
    this.#watch.close();
  }

  #renewed(certificate: CheckedCertificate): void {
    const { workers, log } = this.#dependencies;
    this.#inUse = certificate;
    this.#successful = true;
    for (const worker of workers) this.joined(worker);
    log.info('certificate-loaded', described(certificate));
    this.#changed(`certificate loaded, valid until ${described(certificate).notAfter}`);
  }

  #refused(problem: string): void {
    const { log } = this.#dependencies;
    this.#successful = false;
    log.error('certificate-refused', { problem, inUse: described(this.#inUse) });
    this.#changed(`certificate refused: ${problem}`);
  }

  #unchanged(): void {
    this.#successful = true;
    this.#dependencies.log.info('certificate-unchanged', described(this.#inUse));
  }

  #changed(text: string): void {
    this.#dependencies.changes?.add({ kind: 'reload', text });
  }
}
