package dev.namewell.core.policy;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.settings.RouteSettings;
import dev.namewell.core.settings.ServiceSettings;
import dev.namewell.core.wire.LocalAnswer;
import dev.namewell.core.wire.Query;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides a question: resolve it, or answer it here. Immutable; allocates next to nothing. */
public final class Policy {
  private static final Verdict ALLOW = new Verdict.Allow();

  /** TTL of the answer to ANY; long, for nothing about it ever changes (RFC 8482 §4.2). */
  private static final int MINIMAL_ANY_TTL = 3789;

  private static final Verdict MINIMAL_ANY =
      new Verdict.Local(
          new LocalAnswer.Builder()
              .answer(
                  RecordType.HINFO,
                  RecordClass.IN,
                  MINIMAL_ANY_TTL,
                  concat(characterString("RFC8482"), characterString("")))
              .build(0));

  private static final Verdict META_TYPE =
      refused("zone transfers and meta types are not served here");
  private static final Verdict OTHER_CLASS = refused("only class IN is resolved");

  private final DomainMap<LocalZone> zones;
  private final Map<DnsName, Verdict> chaos;

  /** Zones of routes are resolved even where they lie within a special-use name. */
  public Policy(ServiceSettings service, List<RouteSettings> routes) {
    Map<DnsName, LocalZone> all = new HashMap<>(SpecialUse.zones(service));
    for (RouteSettings route : routes) {
      if (!route.zone().isRoot()) {
        all.put(route.zone(), LocalZone.ELSEWHERE);
      }
    }
    zones = new DomainMap<>(all);
    chaos = chaosAnswers(service);
  }

  /** Decides a well-formed query. */
  public Verdict decide(Query query) {
    if (query.recordClass() != RecordClass.IN) {
      return query.recordClass() == RecordClass.CH ? decideChaos(query) : OTHER_CLASS;
    }
    LocalZone zone = zones.find(query.lowerCaseName(), query.nameLength());
    if (zone != null && zone != LocalZone.ELSEWHERE) {
      Verdict verdict = zone.decide(query);
      if (verdict == null) {
        LocalZone parent = zones.find(query.question().name().parent());
        verdict = parent == null || parent == LocalZone.ELSEWHERE ? null : parent.noDelegation();
      }
      if (verdict != null) {
        return verdict;
      }
    }
    if (query.type() == RecordType.ANY) {
      return MINIMAL_ANY;
    }
    return query.type() == 0 || RecordType.isMeta(query.type()) ? META_TYPE : ALLOW;
  }

  private Verdict decideChaos(Query query) {
    Verdict known =
        query.type() == RecordType.TXT || query.type() == RecordType.ANY
            ? chaos.get(query.question().name())
            : null;
    return known == null ? OTHER_CLASS : known;
  }

  private static Map<DnsName, Verdict> chaosAnswers(ServiceSettings service) {
    Map<DnsName, Verdict> answers = new HashMap<>();
    if (service.version()) {
      Verdict version = txt(productVersion());
      answers.put(DnsName.parse("version.bind."), version);
      answers.put(DnsName.parse("version.server."), version);
    }
    service
        .identity()
        .ifPresent(
            identity -> {
              answers.put(DnsName.parse("id.server."), txt(identity));
              answers.put(DnsName.parse("hostname.bind."), txt(identity));
            });
    return answers;
  }

  private static String productVersion() {
    @Nullable String version = Policy.class.getPackage().getImplementationVersion();
    return version == null ? "Namewell" : "Namewell " + version;
  }

  private static Verdict txt(String text) {
    return new Verdict.Local(
        new LocalAnswer.Builder()
            .answer(RecordType.TXT, RecordClass.CH, 0, characterString(text))
            .build(0));
  }

  private static Verdict refused(String why) {
    return new Verdict.Local(
        LocalAnswer.refused(new ExtendedError(ExtendedError.NOT_SUPPORTED, why)));
  }

  private static byte[] characterString(String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(octets.length, 255);
    byte[] string = new byte[1 + length];
    string[0] = (byte) length;
    System.arraycopy(octets, 0, string, 1, length);
    return string;
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
