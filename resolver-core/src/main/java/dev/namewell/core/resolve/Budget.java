package dev.namewell.core.resolve;

import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.port.Time;
import dev.namewell.core.resolve.WorkAccounts.ClientNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one client question may cost, shared by everything that is done for it. Thread-safe: child
 * tasks draw on the same budget.
 */
public final class Budget {
  /** Exchanges with servers for one question, whatever has to be found out on the way. */
  private static final int EXCHANGES = 100;

  /** Names of name servers resolved for one question: what NXNSAttack multiplies. */
  private static final int NAME_SERVERS = 10;

  /** Alias targets resolved by questions of their own (RFC 1034 §5.2.2 names no number). */
  private static final int ALIASES = 11;

  /** Signatures verified for one question: eleven aliases, each to a zone whose chain is new. */
  private static final int SIGNATURES = 64;

  /** Of these so many may be wrong: what KeyTrap (CVE-2023-50387) multiplies. */
  private static final int BAD_SIGNATURES = 8;

  /** Names hashed for NSEC3 proofs (CVE-2023-50868), each with up to 51 rounds. */
  private static final int HASHES = 150;

  private final Time time;
  private final long startNanos;
  private final long deadline;
  private final Account account;

  /** What the whole question draws on, and what was learned on the way. */
  private static final class Account {
    private final Trail trail = new Trail();
    private final AtomicInteger exchanges = new AtomicInteger(EXCHANGES);
    private final AtomicInteger nameServers = new AtomicInteger(NAME_SERVERS);
    private final AtomicInteger aliases = new AtomicInteger(ALIASES);
    private final List<Endpoint> answeredBy = new ArrayList<>();
    private List<Endpoint> distrusted = List.of();
    private final AtomicInteger signatures = new AtomicInteger(SIGNATURES);
    private final AtomicInteger badSignatures = new AtomicInteger(BAD_SIGNATURES);
    private final AtomicInteger hashes = new AtomicInteger(HASHES);
    private final @Nullable Payer payer;
    private volatile boolean pastCopies;

    Account(@Nullable Payer payer) {
      this.payer = payer;
    }
  }

  /**
   * Who is charged beyond this question.
   *
   * @param refresh true if the client does not wait: it has an answer that is about to expire
   */
  record Payer(WorkAccounts accounts, ClientNetwork client, boolean refresh) {}

  /** A budget for work that nobody is charged for. */
  public Budget(Time time, Duration limit) {
    this(time, limit, null);
  }

  Budget(Time time, Duration limit, @Nullable Payer payer) {
    this.time = time;
    this.startNanos = time.nanos();
    this.deadline = startNanos + limit.toNanos();
    this.account = new Account(payer);
  }

  private Budget(Time time, long startNanos, long deadline, Account account) {
    this.time = time;
    this.startNanos = startNanos;
    this.deadline = deadline;
    this.account = account;
  }

  /** The same budget with less time. */
  public Budget within(Duration limit) {
    long sooner = time.nanos() + limit.toNanos();
    return new Budget(time, startNanos, sooner - deadline < 0 ? sooner : deadline, account);
  }

  /** True if nobody waits: an answer that is about to expire is renewed. */
  public boolean isRefresh() {
    return account.payer != null && account.payer.refresh();
  }

  /** Time left; zero or negative when it is over. */
  public Duration left() {
    return Duration.ofNanos(deadline - time.nanos());
  }

  /** Time since it began. */
  public Duration used() {
    return Duration.ofNanos(time.nanos() - startNanos);
  }

  /** What has been done so far. */
  public Trail trail() {
    return account.trail;
  }

  public boolean isOver() {
    return deadline - time.nanos() <= 0;
  }

  /** Notes who answered, so that others can be asked if the answer turns out to be wrong. */
  public void answeredBy(Endpoint server) {
    synchronized (account) {
      if (!account.answeredBy.contains(server)) {
        account.answeredBy.add(server);
      }
    }
  }

  /** Whoever answered so far is asked again only when there is nobody else. */
  public void distrust() {
    synchronized (account) {
      account.distrusted = List.copyOf(account.answeredBy);
    }
  }

  public boolean isDistrusted(Endpoint server) {
    synchronized (account) {
      return account.distrusted.contains(server);
    }
  }

  /** From now on the root's servers are asked even if a copy of their zone is here. */
  public void passCopies() {
    account.pastCopies = true;
  }

  public boolean isPastCopies() {
    return account.pastCopies;
  }

  /** Takes one exchange; false if none is left. */
  public boolean takeExchange() {
    return account.exchanges.decrementAndGet() >= 0;
  }

  /** Takes one name server whose addresses have to be found; false if none is left. */
  public boolean takeNameServer() {
    return account.nameServers.decrementAndGet() >= 0;
  }

  /** Takes one alias; false if none is left. */
  public boolean takeAlias() {
    return account.aliases.decrementAndGet() >= 0;
  }

  /** Takes one signature that is to be verified; false if none is left, or too many were wrong. */
  public boolean takeSignature() {
    return account.badSignatures.get() >= 0 && account.signatures.decrementAndGet() >= 0;
  }

  /** Takes one signature that turned out to be wrong; false if none is left. */
  public boolean takeBadSignature() {
    return account.badSignatures.decrementAndGet() >= 0;
  }

  /** False while the zone has lately cost too much in vain, through whatever questions. */
  public boolean mayWorkFor(DnsName zone) {
    return account.payer == null || !account.payer.accounts().isOver(zone);
  }

  /** Charges the client with a signature that was wrong. */
  public void chargeSignature() {
    chargeClient(WorkAccounts.SIGNATURE);
  }

  /** Charges a zone with a signature that was wrong. */
  public void chargeSignature(DnsName zone) {
    if (account.payer != null) {
      account.payer.accounts().charge(zone, WorkAccounts.SIGNATURE);
    }
  }

  /**
   * Charges the client alone, who chooses how many names have to be hashed.
   *
   * @param rounds as {@link WorkAccounts} counts it
   */
  public void chargeClient(int rounds) {
    if (account.payer != null) {
      account.payer.accounts().charge(account.payer.client(), rounds);
    }
  }

  /** Takes one name that is to be hashed; false if none is left. */
  public boolean takeHash() {
    return account.hashes.decrementAndGet() >= 0;
  }
}
