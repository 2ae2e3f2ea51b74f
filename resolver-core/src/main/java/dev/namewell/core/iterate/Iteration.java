package dev.namewell.core.iterate;

import dev.namewell.core.cache.KnownRrset;
import dev.namewell.core.cache.RrsetCache;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.exchange.ServerClient;
import dev.namewell.core.exchange.ServerMemories;
import dev.namewell.core.rootzone.RootZoneCopy;
import dev.namewell.core.settings.RecursionSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What all walks of one configuration share. Thread-safe.
 *
 * @param configured stub zones and the root hints
 */
record Iteration(
    ServerClient.Ports ports,
    ServerClient client,
    ServerMemories memories,
    RrsetCache rrsets,
    Delegations delegations,
    RootZoneCopy rootZone,
    RecursionSettings settings,
    Map<DnsName, Delegation> configured,
    ServerChoice choice) {

  /** The same with other places to begin at. */
  Iteration with(Map<DnsName, Delegation> beginnings) {
    return new Iteration(
        ports, client, memories, rrsets, delegations, rootZone, settings, beginnings, choice);
  }

  Delegation closest(DnsName name) {
    return delegations.closest(name, configured, false, ports.time().nanos());
  }

  /** The same without zone cuts that will soon be forgotten: a new answer should outlive them. */
  Delegation lasting(DnsName name) {
    return delegations.closest(name, configured, true, ports.time().nanos());
  }

  /**
   * The servers of a zone as its own NS RRset has them, where that is known, with those of the
   * parent behind them: the child knows better, the parent is the fall-back.
   */
  List<NameServer> serversOf(Delegation delegation) {
    KnownRrset known =
        delegation.configured()
            ? null
            : rrsets.find(delegation.zone(), RecordType.NS, RecordClass.IN, ports.time().nanos());
    Rrset ns = known == null ? null : known.rrset();
    if (ns == null) {
      return delegation.servers();
    }
    Map<DnsName, NameServer> parents = new HashMap<>();
    delegation.servers().forEach(server -> parents.put(server.name(), server));
    List<NameServer> servers = new ArrayList<>();
    for (int i = 0; i < ns.rdatas().size(); i++) {
      NameServer same = parents.remove(ns.target(i));
      servers.add(same == null ? new NameServer(ns.target(i), List.of()) : same);
    }
    delegation.servers().stream()
        .filter(server -> parents.containsKey(server.name()))
        .forEach(servers::add);
    return servers;
  }
}
