package dev.namewell.server.demo;

import dev.namewell.core.dns.Client;
import dev.namewell.core.dns.Endpoint;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.port.Events;
import dev.namewell.core.wire.Query;
import dev.namewell.server.demo.LoopbackServer.Heard;
import dev.namewell.server.demo.Story.Verb;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Tells what happens to each query, one line each. Thread-safe; never blocks. */
final class Narrator implements Events {
  /** Questions remembered until they are answered; more are forgotten all at once. */
  private static final int MAX_REMEMBERED = 1000;

  /** What the resolver asks on its own behalf: whether a server is there, and whom it asks. */
  private static final String EASY_QUESTION = ". NS";

  private static final String LOOP_PROBES = ".loop.namewell.";

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Story story;
  private final List<InetSocketAddress> upstreams;

  /** The upstream that answered a question last. */
  private final Map<String, Integer> answeredBy = new ConcurrentHashMap<>();

  private final Set<Integer> setAside = ConcurrentHashMap.newKeySet();

  /** Upstreams that somebody's question was sent to; before that only probes are late. */
  private final Set<Integer> asked = ConcurrentHashMap.newKeySet();

  /** Upstreams whose failure has been told, and that have not answered since. */
  private final Set<Integer> failing = ConcurrentHashMap.newKeySet();

  private volatile Function<Question, OptionalInt> secondsLeft = _ -> OptionalInt.empty();

  /**
   * @param upstreams numbered from 1 in what is told
   */
  Narrator(Story story, List<InetSocketAddress> upstreams) {
    this.story = story;
    this.upstreams = upstreams;
  }

  /** Where to learn how fresh a cached answer is. */
  void secondsLeft(Function<Question, OptionalInt> source) {
    secondsLeft = source;
  }

  /** An upstream has got a query. */
  void heard(int upstream, Heard heard) {
    String question = heard.name().toLowerCase(Locale.ROOT) + " " + heard.type();
    if (!heard.silent()) {
      if (answeredBy.size() >= MAX_REMEMBERED) {
        answeredBy.clear();
      }
      answeredBy.put(question, upstream);
    }
    boolean probe = question.equals(EASY_QUESTION) || setAside.contains(upstream);
    boolean inVain = probe && heard.silent() && setAside.contains(upstream);
    if (inVain || question.contains(LOOP_PROBES)) {
      return;
    }
    if (!probe) {
      asked.add(upstream);
    }
    String what = question.equals(EASY_QUESTION) ? "are you there?" : shown(question);
    story.tell(
        probe ? Verb.PROBED : Verb.ASKED,
        "upstream " + upstream + ": " + what + over(heard.tcp()) + silence(heard.silent()));
  }

  private static String over(boolean tcp) {
    return tcp ? " over TCP" : "";
  }

  private static String silence(boolean silent) {
    return silent ? " (it is silent)" : "";
  }

  /** Without the final dot, as people write names. */
  private static String shown(String question) {
    return question.replace(". ", " ");
  }

  @Override
  public void answered(Query query, Client client, int rcode, Source source, long nanos) {
    if (!query.hasQuestion()) {
      story.tell(Verb.REFUSED, "a query without question: " + Rcode.mnemonic(rcode));
      return;
    }
    Question question = query.question();
    String text =
        shown(question.name() + " " + RecordType.mnemonic(question.type()))
            + over(client.transport().isStream())
            + ": "
            + Rcode.mnemonic(rcode);
    switch (source) {
      case CACHE -> story.tell(Verb.CACHED, () -> text + left(question));
      case STALE -> story.tell(Verb.STALE, () -> text + left(question) + waited(nanos));
      case LOCAL -> story.tell(rcode == Rcode.REFUSED ? Verb.REFUSED : Verb.LOCAL, text);
      case FORWARDED, RESOLVED ->
          story.tell(Verb.FORWARDED, text + answerer(question) + millis(nanos));
      case FAILURE -> story.tell(Verb.FAILED, text + waited(nanos));
      case ERROR -> story.tell(Verb.REFUSED, text);
    }
  }

  private String left(Question question) {
    OptionalInt seconds = secondsLeft.apply(question);
    if (seconds.isEmpty()) {
      return "";
    }
    int left = seconds.getAsInt();
    return left > 0 ? ", fresh for " + left + " s more" : ", expired " + -left + " s ago";
  }

  private String answerer(Question question) {
    Integer upstream = answeredBy.get(question.name() + " " + RecordType.mnemonic(question.type()));
    return upstream == null ? "" : " from upstream " + upstream;
  }

  private static String waited(long nanos) {
    return nanos < NANOS_PER_MILLI ? "" : ", after" + millis(nanos).substring(1);
  }

  private static String millis(long nanos) {
    return ", " + (nanos + NANOS_PER_MILLI / 2) / NANOS_PER_MILLI + " ms";
  }

  @Override
  public void dropped(DropReason reason, Transport transport) {
    story.tell(Verb.FAILED, "a packet over " + transport + " was dropped: " + words(reason));
  }

  @Override
  public void exchanged(Endpoint server, Transport transport, ExchangeEnd end, long nanos) {
    int upstream = number(server);
    if (end == ExchangeEnd.ANSWERED) {
      failing.remove(upstream);
    } else if (asked.contains(upstream) && failing.add(upstream)) {
      story.tell(Verb.LATE, "upstream " + upstream + ": " + words(end) + millis(nanos));
    }
  }

  @Override
  public void upstreamChanged(Endpoint server, UpstreamState state, String why) {
    int upstream = number(server);
    boolean works = state == UpstreamState.WORKING;
    boolean changed = works ? setAside.remove(upstream) : setAside.add(upstream);
    if (changed) {
      story.tell(
          works ? Verb.WORKING : Verb.SET_ASIDE,
          "upstream " + upstream + ": " + why + (works ? "" : "; probed until it answers"));
    }
  }

  private int number(Endpoint server) {
    return upstreams.indexOf(server.address()) + 1;
  }

  private static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  @Override
  public void cache(CacheEvent event) {
    switch (event) {
      case PREFETCH -> story.tell(Verb.REFRESH, "it is about to expire and often asked for");
      case STALE_REFRESH -> story.tell(Verb.REFRESH, "it has expired; somebody may know better");
      case COALESCED -> story.tell(Verb.REFRESH, "the same question is under way: both wait");
      case EVICTED, SYNTHESISED -> {}
    }
  }

  @Override
  public void bogus(Question question, ExtendedError why) {}

  @Override
  public void trust(String what) {}

  @Override
  public void limitReached(String name) {
    story.tell(Verb.FAILED, "the limit '" + name + "' was reached");
  }

  @Override
  public void defect(Part part, String about, Throwable defect) {
    story.tell(Verb.FAILED, "a defect in " + words(part) + " (" + about + "): " + defect);
  }
}
