/** What libvirt's own API calls the functions behind the procedures: what its documentation and its logs are searched for. */
import type { ProcedureName } from "./procedures";

/** How libvirt writes abbreviations. */
const ABBREVIATION = /(?:Xml|Uuid|Uri|Id|Mac|Cpu|Os|Pm|Nmi|Ssh|Scsi|Wwn|Sev|Dhcp)(?=[A-Z]|$)/g;
const PREFIX = /(Nw|Fs|Io)(?=filter|freeze|info|thaw|trim|thread)([a-z])/g;

/** Where the two differ in more than spelling. */
const OTHERWISE: Partial<Record<ProcedureName, string>> = {
  authList: "authentication",
  authPolkit: "authentication by polkit",
  authSaslInit: "authentication by SASL",
  authSaslStart: "authentication by SASL",
  authSaslStep: "authentication by SASL",
  connectDomainEventCallbackRegisterAny: "virConnectDomainEventRegisterAny",
  connectDomainEventCallbackDeregisterAny: "virConnectDomainEventDeregisterAny",
  domainMonitorCommand: "virDomainQemuMonitorCommand",
  domainAgentCommand: "virDomainQemuAgentCommand",
  connectDomainMonitorEventRegister: "virConnectDomainQemuMonitorEventRegister",
  connectDomainMonitorEventDeregister: "virConnectDomainQemuMonitorEventDeregister",
};

export function apiName(name: ProcedureName): string {
  const capital = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const spelt = capital
    .replace(ABBREVIATION, (word) => word.toUpperCase())
    .replace(PREFIX, (_, prefix: string, next: string) => prefix.toUpperCase() + next.toUpperCase());
  return OTHERWISE[name] ?? `vir${spelt}`;
}
