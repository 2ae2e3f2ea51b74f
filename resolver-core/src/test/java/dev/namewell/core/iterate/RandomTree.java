package dev.namewell.core.iterate;

import dev.namewell.core.sim.AuthoritativeServer;
import dev.namewell.core.sim.Fault;
import dev.namewell.core.sim.Internet;
import dev.namewell.core.sim.SimulatedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/** A random tree of zones on random servers, of which some are broken and some are hostile. */
final class RandomTree {
  private static final String ROOT_SERVER = "198.41.0.4";
  private static final int NAMES = 5;

  private final Internet net;
  private final SplittableRandom random;
  private final List<Zone> zones = new ArrayList<>();
  private final Map<String, Boolean> healthy = new HashMap<>();
  private int servers;

  /** Knows everything: what it says is the truth. */
  final AuthoritativeServer oracle = new AuthoritativeServer();

  /** A zone, and by which servers it is served. */
  private static final class Zone {
    private final String apex;
    private final @Nullable Zone parent;
    private final StringBuilder text = new StringBuilder();
    private final List<String> addresses = new ArrayList<>();

    /** Where the name of a server is, if not in the zone itself. */
    private @Nullable Zone host;

    Zone(String apex, @Nullable Zone parent) {
      this.apex = apex;
      this.parent = parent;
    }

    String name(String label) {
      return label + "." + (apex.equals(".") ? "" : apex);
    }
  }

  RandomTree(Internet net, long seed) {
    this.net = net;
    this.random = new SplittableRandom(seed);
    plant();
  }

  private void plant() {
    Zone root = new Zone(".", null);
    root.text.append(". 86400 IN SOA a.root-servers.net. host. 1 7200 3600 1209600 900\n");
    root.text.append(". 86400 IN NS a.root-servers.net.\n");
    root.text.append("a.root-servers.net. 86400 IN A ").append(ROOT_SERVER).append('\n');
    root.addresses.add(ROOT_SERVER);
    healthy.put(ROOT_SERVER, true);
    zones.add(root);
    grow(root, random.nextInt(1, 4), 0);
    for (Zone zone : zones) {
      String text = zone.text.toString();
      oracle.zone(text);
      zone.addresses.forEach(ip -> net.server(ip).zone(text));
    }
    healthy.forEach(
        (ip, sound) -> {
          if (!sound) {
            breakSomehow(ip);
          }
        });
  }

  private void grow(Zone parent, int children, int depth) {
    for (int i = 0; i < children; i++) {
      String label = (depth == 0 ? "tld" : "z" + depth) + i;
      // Now and then a cut is two labels down, with an empty non-terminal between.
      Zone zone = new Zone(parent.name(random.nextInt(5) == 0 ? label + ".ent" : label), parent);
      zones.add(zone);
      furnish(zone);
      delegate(zone, parent);
      if (depth < 3) {
        grow(zone, random.nextInt(depth == 0 ? 1 : 0, 3), depth + 1);
      }
    }
  }

  private void furnish(Zone zone) {
    zone.text.append(
        "%s 900 IN SOA ns0.%s host. 1 7200 3600 1209600 60\n".formatted(zone.apex, zone.apex));
    for (int n = 0; n < NAMES; n++) {
      String name = zone.name("n" + n);
      switch (random.nextInt(6)) {
        case 0 -> {
          Zone other = zones.get(random.nextInt(zones.size()));
          zone.text.append("%s 60 IN CNAME %s\n".formatted(name, other.name("n" + n)));
        }
        case 1 -> zone.text.append("deep.er.%s 60 IN A %s\n".formatted(name, address(zone, n)));
        default -> zone.text.append("%s 60 IN A %s\n".formatted(name, address(zone, n)));
      }
    }
    if (random.nextInt(4) == 0) {
      zone.text.append("*.%s 60 IN A 10.99.99.99\n".formatted(zone.name("wild")));
    }
  }

  private String address(Zone zone, int n) {
    return "10." + (zone.apex.hashCode() & 0x7f) + "." + zones.size() % 250 + "." + n;
  }

  private void delegate(Zone zone, Zone parent) {
    int count = random.nextInt(1, 4);
    boolean elsewhere = zones.size() > 4 && random.nextInt(4) == 0;
    if (elsewhere) {
      zone.host = zones.get(random.nextInt(1, zones.size() - 1));
    }
    for (int i = 0; i < count; i++) {
      String ip = "198.18.%d.%d".formatted(servers / 250, servers % 250 + 1);
      servers++;
      Zone host = zone.host == null ? zone : zone.host;
      String server = host.name("ns" + i + (zone.host == null ? "" : "-" + zones.size()));
      String ns = "%s 3600 IN NS %s\n".formatted(zone.apex, server);
      String glue = "%s 3600 IN A %s\n".formatted(server, ip);
      zone.text.append(ns);
      parent.text.append(ns);
      host.text.append(glue);
      if (zone.host == null) {
        parent.text.append(glue);
      }
      zone.addresses.add(ip);
      healthy.put(ip, random.nextInt(10) < 7);
    }
  }

  private void breakSomehow(String ip) {
    switch (random.nextInt(9)) {
      case 0 -> net.fault(ip, new Fault.Dead());
      case 1 -> net.fault(ip, new Fault.Closed());
      case 2 -> net.fault(ip, new Fault.Slow(Duration.ofMillis(random.nextInt(100, 1500))));
      case 3 -> net.fault(ip, new Fault.Lost(0.5));
      case 4 -> net.fault(ip, new Fault.Garbled(0.7));
      case 5 -> net.fault(ip, new Fault.Spoofed(0.8, Fault.Forgery.WRONG_ID));
      case 6 -> net.server(ip).behaving((query, response) -> refused(query, Rcode.REFUSED));
      case 7 -> net.server(ip).behaving((query, response) -> refused(query, Rcode.SERVFAIL));
      default -> net.server(ip).behaving(this::poisoned);
    }
  }

  private static Message refused(Message query, int rcode) {
    Message response = new Message(query.getHeader().getID());
    response.getHeader().setFlag(Flags.QR);
    response.getHeader().setRcode(rcode);
    response.addRecord(query.getQuestion(), Section.QUESTION);
    return response;
  }

  /** Says what is right, and slips in what it has no authority for. */
  private Message poisoned(Message query, Message response) {
    Zone victim = zones.get(random.nextInt(zones.size()));
    Name name = Name.fromConstantString(victim.name("n1"));
    Name qname = query.getQuestion().getName();
    if (!qname.subdomain(Name.fromConstantString(victim.apex))
        && !Name.fromConstantString(victim.apex).subdomain(qname)) {
      ARecord lie = new ARecord(name, DClass.IN, 86_400, SimulatedNetwork.POISON);
      NSRecord theft =
          new NSRecord(
              Name.fromConstantString(victim.apex),
              DClass.IN,
              86_400,
              Name.fromConstantString("ns.thief."));
      response.addRecord(lie, Section.ANSWER);
      response.addRecord(theft, Section.AUTHORITY);
      response.addRecord(lie, Section.ADDITIONAL);
    }
    return response;
  }

  /** A name that may or may not exist. */
  String anyName() {
    Zone zone = zones.get(random.nextInt(zones.size()));
    return switch (random.nextInt(8)) {
      case 0 -> zone.name("missing" + random.nextInt(3));
      case 1 -> zone.name("deep.er.n" + random.nextInt(NAMES));
      case 2 -> zone.name("x.wild");
      default -> zone.name("n" + random.nextInt(NAMES));
    };
  }

  /** True if there is a way to the zone of this name on which some server is whole at each step. */
  boolean isReachable(Name name) {
    Zone deepest = zones.getFirst();
    for (Zone zone : zones) {
      boolean within = name.subdomain(Name.fromConstantString(zone.apex));
      if (within && zone.apex.length() >= deepest.apex.length()) {
        deepest = zone;
      }
    }
    return isSound(deepest, 0);
  }

  private boolean isSound(Zone zone, int depth) {
    if (depth > 8) {
      return false;
    }
    boolean served = zone.addresses.stream().anyMatch(ip -> healthy.getOrDefault(ip, false));
    return served
        && (zone.parent == null || isSound(zone.parent, depth + 1))
        && (zone.host == null || isSound(zone.host, depth + 1));
  }
}
