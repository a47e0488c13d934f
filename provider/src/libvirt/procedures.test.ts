import { apiName } from "./apiNames";
import { events, SOURCES } from "./events";
import { PROGRAM, type ProcedureName, procedures } from "./procedures";

const names = Object.keys(procedures) as ProcedureName[];

describe("the table of procedures", () => {
  test("no two procedures or events share a number", () => {
    const numbers = [
      ...Object.values(procedures).map(({ program, number }) => `${program}/${number}`),
      ...Object.values(events).map(({ from, number }) => `${SOURCES[from].program}/${number}`),
    ];
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test("what no libvirt 9.0 has says since when it is there", () => {
    // 443 was 9.0's last number.
    const newer = Object.values(procedures).filter(({ program, number }) => program === PROGRAM.remote && number > 443);
    expect(newer.length).toBeGreaterThan(0);
    expect(Object.values(procedures).filter(({ since }) => since !== undefined)).toEqual(newer);
    for (const { number, since, from } of Object.values(events).map((event) => ({ since: undefined, ...event })))
      expect({ number, since }).toEqual({
        number,
        since: from !== "qemu" && number > 443 ? expect.stringMatching(/^\d+\.\d+\.0$/) : undefined,
      });
  });

  test("what may take minutes, changes something or brings a stream may have to wait", () => {
    const wrong = names.filter((name) => {
      const { reads, waits, slow, stream } = procedures[name];
      return (!reads || slow || stream !== undefined) && !waits;
    });
    expect(wrong).toEqual([]);
  });

  test.each<[ProcedureName, string]>([
    ["domainGetXmlDesc", "virDomainGetXMLDesc"],
    ["domainDefineXmlFlags", "virDomainDefineXMLFlags"],
    ["nwfilterLookupByUuid", "virNWFilterLookupByUUID"],
    ["connectListAllNwfilterBindings", "virConnectListAllNWFilterBindings"],
    ["domainFsfreeze", "virDomainFSFreeze"],
    ["domainGetFsinfo", "virDomainGetFSInfo"],
    ["domainAddIothread", "virDomainAddIOThread"],
    ["domainPmWakeup", "virDomainPMWakeup"],
    ["domainGetOsType", "virDomainGetOSType"],
    ["domainGetBlockIoTune", "virDomainGetBlockIoTune"],
    ["nodeGetCpuMap", "virNodeGetCPUMap"],
    ["domainInterfaceStats", "virDomainInterfaceStats"],
    ["domainIsUpdated", "virDomainIsUpdated"],
    ["domainMonitorCommand", "virDomainQemuMonitorCommand"],
    ["authSaslStep", "authentication by SASL"],
  ])("%s is libvirt's %s", (name, told) => {
    expect(apiName(name)).toBe(told);
  });
});
