/**
 * What runs the machines of the model: real shells behind the HTTP front, or a scripted life under the
 * virtual clock. The model tells it when a machine starts and ends; it tells the model what the machine does.
 */
export interface MachineHost {
  /** The machine reached `running`: power it on. */
  powerOn(machine: BootingMachine): void
  /** EC2 takes the power away (terminate, reclaim): nothing of the machine may go on. */
  powerOff(instanceId: string): void
}

export interface BootingMachine {
  readonly instanceId: string
  readonly instanceType: string
  readonly availabilityZone: string
  readonly imageId: string
  /** Raw user data as EC2 hands it out (often gzipped); undefined where the machine was launched without any. */
  readonly userData: Uint8Array | undefined
}

/** What a machine can do to the world. */
export interface MachineEvents {
  /** Appends to the serial console, which GetConsoleOutput shows. */
  console(instanceId: string, text: string): void
  /** The guest powered itself off (`shutdown -P`): EC2 terminates or stops it, as launched. */
  poweredOff(instanceId: string): void
}
