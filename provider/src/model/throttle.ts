/** Limits of disks' throughput: of one disk, and of groups that several share. */
import { child, digits, element, inside, leaf, list, sole, text } from "../vocabulary";

const limit = (name: string, doc: string) => leaf(digits, doc, { as: name });
export const IoTune = element(
  "iotune",
  "Limits of throughput; 0 is none.",
  {
    totalBytesSec: limit("total_bytes_sec", "Bytes a second."),
    readBytesSec: limit("read_bytes_sec", "Bytes read a second."),
    writeBytesSec: limit("write_bytes_sec", "Bytes written a second."),
    totalIopsSec: limit("total_iops_sec", "Operations a second."),
    readIopsSec: limit("read_iops_sec", "Reads a second."),
    writeIopsSec: limit("write_iops_sec", "Writes a second."),
    totalBytesSecMax: limit("total_bytes_sec_max", "Bytes a second in a burst."),
    readBytesSecMax: limit("read_bytes_sec_max", "Bytes read a second in a burst."),
    writeBytesSecMax: limit("write_bytes_sec_max", "Bytes written a second in a burst."),
    totalIopsSecMax: limit("total_iops_sec_max", "Operations a second in a burst."),
    readIopsSecMax: limit("read_iops_sec_max", "Reads a second in a burst."),
    writeIopsSecMax: limit("write_iops_sec_max", "Writes a second in a burst."),
    sizeIopsSec: limit("size_iops_sec", "Bytes that count as one operation."),
    groupName: leaf(text, "Name of the group; its disks share the limits.", { as: "group_name" }),
    totalBytesSecMaxLength: limit("total_bytes_sec_max_length", "Seconds that a burst may last."),
    readBytesSecMaxLength: limit("read_bytes_sec_max_length", "Seconds that a burst of reads may last."),
    writeBytesSecMaxLength: limit("write_bytes_sec_max_length", "Seconds that a burst of writes may last."),
    totalIopsSecMaxLength: limit("total_iops_sec_max_length", "Seconds that a burst of operations may last."),
    readIopsSecMaxLength: limit("read_iops_sec_max_length", "Seconds that a burst of read operations may last."),
    writeIopsSecMaxLength: limit("write_iops_sec_max_length", "Seconds that a burst of write operations may last."),
  },
  { named: "DiskIoTune" },
);
/** Of a domain: the groups. */
export const throttleGroups = inside("throttlegroups", {
  throttlegroups: list(child(IoTune, { as: "throttlegroup" }), (g) => g.groupName, {
    since: "11.2.0",
    doc: "Groups of limits, by name, which disks pass through one after another.",
  }),
});
/** Of a disk: those that it passes through. */
export const throttleFilters = inside("throttlefilters", {
  throttlefilters: list(
    sole("group", text, "Names of `throttlegroups` that the disk passes through, in order.", {
      as: "throttlefilter",
      since: "11.2.0",
    }),
  ),
});
