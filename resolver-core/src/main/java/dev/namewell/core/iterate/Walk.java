package dev.namewell.core.iterate;

import dev.namewell.core.cache.KnownRrset;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordClass;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Rrset;
import dev.namewell.core.iterate.Classified.Answered;
import dev.namewell.core.iterate.Classified.Denial;
import dev.namewell.core.iterate.Classified.Lame;
import dev.namewell.core.iterate.Classified.Referred;
import dev.namewell.core.iterate.ZoneServers.Nobody;
import dev.namewell.core.iterate.ZoneServers.Said;
import dev.namewell.core.resolve.Budget;
import dev.namewell.core.resolve.Trail;
import dev.namewell.core.rootzone.RootZone;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way from the closest known zone cut down to the servers that answer one question (RFC 1034
 * §5.3.3). Addresses of name servers are found by walks of their own, which draw on the same
 * budget. Used by one task.
 */
final class Walk {
  /** Walks within walks: a name server's address that needs a name server's address. */
  private static final int MAX_DEPTH = 7;

  /** Zone cuts crossed for one question; names have at most 127 labels, real ones below ten. */
  private static final int MAX_REFERRALS = 40;

  /** After so many tries in vain a server may be one that does not stand minimised names. */
  private static final int MINIMISED_TRIES = 4;

  /** Aliases of a name server's name that are followed. */
  private static final int MAX_ALIASES = 3;

  /** A denial by the root or a top-level domain covers all names below (RFC 8020). */
  private static final int TRUSTED_LABELS = 1;

  private final Iteration shared;
  private final Budget budget;

  /** The name servers whose addresses are being found, this walk's own last. */
  private final List<DnsName> ancestors;

  /** The walk is over when a referral brings glue for this name server. */
  private final @Nullable DnsName glueFor;

  /** Where to look for the closest zone cut, if not at the name itself. */
  private final @Nullable DnsName from;

  /** What a walk found out. */
  sealed interface Found {}

  /**
   * @param known data or denial at the end of the aliases; null if that is still to be asked for
   */
  record Data(List<KnownRrset> aliases, DnsName end, @Nullable KnownRrset known) implements Found {}

  record NoData(Failure failure) implements Found {}

  Walk(Iteration shared, Budget budget) {
    this(shared, budget, List.of(), null, null);
  }

  private Walk(
      Iteration shared,
      Budget budget,
      List<DnsName> ancestors,
      @Nullable DnsName glueFor,
      @Nullable DnsName from) {
    this.glueFor = glueFor;
    this.from = from;
    this.shared = shared;
    this.budget = budget;
    this.ancestors = ancestors;
  }

  Budget budget() {
    return budget;
  }

  /** 0 for a client's question, more for the addresses that it takes. */
  int depth() {
    return ancestors.size();
  }

  private long now() {
    return shared.ports().time().nanos();
  }

  /** Finds one name and type; an alias chain may end open. */
  Found find(Question question) {
    Data remembered = remembered(question);
    return remembered != null ? remembered : descend(question);
  }

  private Found descend(Question question) {
    DnsName name = question.name();
    // A DS record stands at the parent's side of the cut (RFC 4035 §3.1.4.1).
    boolean above = question.type() == RecordType.DS && !name.isRoot();
    DnsName start = from == null ? name : from;
    DnsName lowest = above ? name.parent() : start;
    boolean lasting = depth() == 0 && budget.isRefresh();
    Delegation zone = lasting ? shared.lasting(lowest) : shared.closest(lowest);
    QnameMinimiser minimiser = new QnameMinimiser(question, shared.settings().qnameMinimisation());
    minimiser.enter(zone.zone());
    for (int referrals = 0; referrals < MAX_REFERRALS; ) {
      Question next = minimiser.next();
      int tries = minimiser.isWhole() ? ZoneServers.ALL_TRIES : MINIMISED_TRIES;
      switch (ask(zone, next, tries)) {
        case Nobody(Failure failure) -> {
          if (minimiser.isWhole() || failure.reason() == Failure.Reason.LIMIT_REACHED) {
            return new NoData(failure);
          }
          minimiser.stop();
        }
        case Said(Referred(Delegation child, int ttl), _) -> {
          referrals++;
          shared.delegations().learn(child, ttl, now());
          zone = child;
          if (glueFor != null && !glue(child, glueFor).isEmpty()) {
            return new Data(List.of(), glueFor, null);
          }
          if (from != null && from.labelCount() < child.zone().labelCount() && !from.equals(name)) {
            return failure("no glue for " + name + " in the delegation of " + child.zone());
          }
          minimiser.enter(child.zone());
        }
        case Said(Answered answered, _) -> {
          if (minimiser.isWhole()) {
            return keep(question, answered);
          }
          Found denied = onTheWay(question, next, answered, zone, minimiser);
          if (denied != null) {
            return denied;
          }
        }
        case Said(Lame _, _) -> throw new IllegalStateException("a lame answer was passed on");
      }
    }
    shared.ports().events().limitReached("referrals for one question");
    return failure("more than " + MAX_REFERRALS + " referrals for " + question);
  }

  /** The copy of the root zone spares asking the root's servers. */
  private ZoneServers.Result ask(Delegation zone, Question shown, int tries) {
    boolean mayCopy = zone.zone().isRoot() && !budget.isPastCopies();
    RootZone root = mayCopy ? shared.rootZone().zone(now()) : null;
    Classified known = root == null ? null : LocalRoot.answer(root, shown);
    if (known == null) {
      return new ZoneServers(shared, zone, shown, this, tries).ask();
    }
    budget.trail().add(new Trail.Step(depth(), DnsName.ROOT, shown, null, null, known, 0));
    return new Said(known, null);
  }

  /** What a minimised question brought (RFC 9156 §3); null: go on. */
  private @Nullable Found onTheWay(
      Question question,
      Question shown,
      Answered answered,
      Delegation zone,
      QnameMinimiser minimiser) {
    Denial denial = answered.denial();
    boolean alias = !answered.aliases().isEmpty();
    if (denial != null && denial.rcode() == Rcode.NXDOMAIN && !alias) {
      if (zone.zone().labelCount() <= TRUSTED_LABELS) {
        KnownRrset known = keepDenial(shown.name(), shown, denial);
        return new Data(List.of(), question.name(), known);
      }
      // Servers that deny empty non-terminals are common enough.
      minimiser.stop();
    } else if (alias && answered.aliases().getFirst().type() == RecordType.DNAME) {
      minimiser.stop();
    } else {
      minimiser.advance();
    }
    return null;
  }

  private Data keep(Question question, Answered answered) {
    List<KnownRrset> aliases = new ArrayList<>(0);
    for (Rrset alias : answered.aliases()) {
      aliases.add(shared.rrsets().put(alias, answered.proof(), now()));
    }
    KnownRrset known = null;
    if (answered.rrset() != null) {
      known = shared.rrsets().put(answered.rrset(), answered.proof(), now());
    } else if (answered.denial() != null) {
      known = keepDenial(answered.end(), question, answered.denial());
    }
    return new Data(aliases, answered.end(), known);
  }

  private KnownRrset keepDenial(DnsName name, Question question, Denial denial) {
    return shared
        .rrsets()
        .putDenial(
            question.withName(name),
            denial.rcode(),
            denial.ttlSeconds(),
            denial.authority(),
            now());
  }

  /** What is in the cache and not in its last tenth, when a fresh one is fetched. */
  private @Nullable Data remembered(Question question) {
    long now = now();
    DnsName name = question.name();
    int recordClass = question.recordClass();
    KnownRrset known = fresh(shared.rrsets().find(name, question.type(), recordClass, now), now);
    if (known != null) {
      Rrset cname = question.type() == RecordType.CNAME ? known.rrset() : null;
      return new Data(cname == null ? List.of() : dnameOf(cname, now), name, known);
    }
    KnownRrset alias = fresh(shared.rrsets().find(name, RecordType.CNAME, recordClass, now), now);
    if (alias != null && alias.rrset() != null) {
      List<KnownRrset> aliases = new ArrayList<>(dnameOf(alias.rrset(), now));
      aliases.add(alias);
      return new Data(aliases, alias.rrset().target(0), null);
    }
    // What is denied above a stub zone is denied by servers that know nothing of it.
    for (DnsName above = name; !shared.configured().containsKey(above); ) {
      above = above.parent();
      KnownRrset denial = shared.rrsets().findNxdomain(above, recordClass, now);
      if (denial != null && isTrusted(denial)) {
        return new Data(List.of(), name, denial);
      }
    }
    return null;
  }

  /** A synthesized CNAME goes with its DNAME. For names never seen no unsigned DNAME is used. */
  private List<KnownRrset> dnameOf(Rrset cname, long now) {
    if (cname.signatures().isEmpty()) {
      for (DnsName above = cname.owner(); !above.isRoot(); ) {
        above = above.parent();
        KnownRrset known = shared.rrsets().find(above, RecordType.DNAME, cname.recordClass(), now);
        if (known != null && known.rrset() != null) {
          return List.of(known);
        }
      }
    }
    return List.of();
  }

  private static boolean isTrusted(KnownRrset denial) {
    return !denial.authority().isEmpty()
        && denial.authority().getFirst().type() == RecordType.SOA
        && denial.authority().getFirst().owner().labelCount() <= TRUSTED_LABELS;
  }

  private @Nullable KnownRrset fresh(@Nullable KnownRrset known, long now) {
    if (known == null || depth() > 0) {
      return known;
    }
    long whole = known.endNanos() - known.storedNanos();
    return known.endNanos() - now <= whole / 10 ? null : known;
  }

  /** Addresses of a name server that are known; empty if there are none. */
  List<Endpoint> known(DnsName server) {
    List<Endpoint> found = new ArrayList<>(0);
    add(found, shared.rrsets().find(server, RecordType.A, RecordClass.IN, now()));
    add(found, shared.rrsets().find(server, RecordType.AAAA, RecordClass.IN, now()));
    return found.isEmpty() ? glue(shared.closest(server), server) : found;
  }

  private static List<Endpoint> glue(Delegation delegation, DnsName server) {
    for (NameServer each : delegation.servers()) {
      if (each.name().equals(server)) {
        return each.addresses();
      }
    }
    return List.of();
  }

  private static void add(List<Endpoint> found, @Nullable KnownRrset known) {
    Rrset rrset = known == null ? null : known.rrset();
    if (rrset == null) {
      return;
    }
    for (byte[] address : rrset.rdatas()) {
      Endpoint endpoint = ResponseClassifier.endpoint(address);
      if (endpoint != null) {
        found.add(endpoint);
      }
    }
  }

  /**
   * Finds addresses of a name server, which takes questions of its own; empty if that fails.
   *
   * @param zone whose server it is
   * @param thorough false: glue is good enough
   */
  List<Endpoint> find(DnsName server, DnsName zone, boolean thorough) {
    if (ancestors.contains(server)) {
      return List.of();
    }
    if (depth() >= MAX_DEPTH) {
      shared.ports().events().limitReached("walks within walks for one question");
      return List.of();
    }
    if (!budget.takeNameServer()) {
      shared.ports().events().limitReached("name servers without address for one question");
      return List.of();
    }
    List<DnsName> within = new ArrayList<>(ancestors);
    within.add(server);
    // A zone's own server that came without glue: only the parent can help.
    DnsName from = server.isWithin(zone) ? zone.parent() : server;
    Walk walk = new Walk(shared, budget, within, thorough ? null : server, from);
    List<Endpoint> found = new ArrayList<>(2);
    if (shared.settings().ipv4()) {
      walk.address(server, RecordType.A, found);
    }
    if (shared.settings().ipv6() && found.isEmpty()) {
      walk.address(server, RecordType.AAAA, found);
    }
    return found;
  }

  private void address(DnsName server, int type, List<Endpoint> found) {
    Question question = new Question(server, type, RecordClass.IN, true, false);
    // A name server's name must not be an alias (RFC 2181 §10.3), but some are.
    for (int aliases = 0; aliases < MAX_ALIASES; aliases++) {
      if (!(find(question) instanceof Data data)) {
        return;
      }
      add(found, data.known());
      if (data.aliases().isEmpty() && data.known() == null) {
        found.addAll(glue(shared.closest(server), server));
      }
      if (data.aliases().isEmpty() || data.known() != null) {
        return;
      }
      question = question.withName(data.end());
    }
  }

  private static NoData failure(String why) {
    return new NoData(
        new Failure(Failure.Reason.LIMIT_REACHED, new ExtendedError(ExtendedError.OTHER, why)));
  }
}
