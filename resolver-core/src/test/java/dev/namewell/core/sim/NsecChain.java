package dev.namewell.core.sim;

import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** NSEC records (RFC 4034 §4). */
final class NsecChain implements DenialChain {
  private final Name apex;
  private final NavigableMap<Name, TreeSet<Integer>> names;

  /**
   * @param names what the zone is authoritative for, with its types
   */
  NsecChain(Name apex, NavigableMap<Name, TreeSet<Integer>> names) {
    this.apex = apex;
    this.names = names;
  }

  @Override
  public Record at(Name name) {
    Name before = names.floorKey(name);
    Name owner = before == null || !before.subdomain(apex) ? apex : before;
    Set<Integer> types = new TreeSet<>(names.getOrDefault(owner, new TreeSet<>()));
    types.add(Type.NSEC);
    types.add(Type.RRSIG);
    Name next = names.higherKey(owner);
    return new NSECRecord(
        owner,
        DClass.IN,
        TTL,
        next == null ? apex : next,
        types.stream().mapToInt(Integer::intValue).toArray());
  }

  @Override
  public List<Record> deny(Name name) {
    return exists(name)
        ? List.of(at(name))
        : List.of(at(name), at(DenialChain.wildcard(encloser(name))));
  }

  @Override
  public List<Record> expanded(Name name, Name encloser) {
    return List.of(at(name));
  }

  private Name encloser(Name name) {
    Name encloser = name;
    while (!encloser.equals(apex) && !exists(encloser)) {
      encloser = new Name(encloser, 1);
    }
    return encloser;
  }

  private boolean exists(Name name) {
    return names.keySet().stream().anyMatch(each -> each.subdomain(name));
  }
}
