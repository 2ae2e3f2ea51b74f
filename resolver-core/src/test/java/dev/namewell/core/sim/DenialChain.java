package dev.namewell.core.sim;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeSet;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** The NSEC or NSEC3 records of one zone, not signed yet. */
public interface DenialChain {
  long TTL = 3600;

  /**
   * NSEC records.
   *
   * @param names what the zone is authoritative for, with its types
   */
  static DenialChain nsec(Name apex, NavigableMap<Name, TreeSet<Integer>> names) {
    return new NsecChain(apex, names);
  }

  /** NSEC3 records; with opt-out, unsigned delegations are not in the chain. */
  static DenialChain nsec3(
      Name apex, NavigableMap<Name, TreeSet<Integer>> names, int iterations, boolean optOut) {
    return new Nsec3Chain(apex, names, iterations, optOut);
  }

  /** The record that matches the name, or else in whose gap it is. */
  Record at(Name name);

  /** That the name, or what is asked for there, does not exist. */
  List<Record> deny(Name name);

  /**
   * That nothing closer than a wildcard exists for the name.
   *
   * @param encloser the name below which the wildcard stands
   */
  List<Record> expanded(Name name, Name encloser);

  static Name wildcard(Name encloser) {
    return Name.fromConstantString(encloser.equals(Name.root) ? "*." : "*." + encloser);
  }

  /** The name above the other one that has one label more. */
  static Name nextCloser(Name name, Name encloser) {
    return new Name(name, name.labels() - encloser.labels() - 1);
  }
}
