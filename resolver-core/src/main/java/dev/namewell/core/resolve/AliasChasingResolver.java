package dev.namewell.core.resolve;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.ExtendedError;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Outcome;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.wire.MessageWriter;
import dev.namewell.core.wire.Response;
import dev.namewell.core.wire.ResponseReader;
import dev.namewell.core.wire.ResponseRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Follows alias chains (CNAME, DNAME) that a server left unfinished, by asking for their ends, and
 * makes one answer of the pieces (RFC 1034 §5.2.2). Thread-safe.
 */
public final class AliasChasingResolver implements Resolver {
  private static final String ALIASES = "aliases for one question";

  private final Route routes;

  private record RrsetKey(DnsName owner, int type, int coveredType) {}

  public AliasChasingResolver(Route routes) {
    this.routes = routes;
  }

  @Override
  public Outcome resolve(Question question, Budget budget) {
    return switch (routes.find(question, budget)) {
      case Found.Whole(Outcome outcome) -> outcome;
      case Found.Aliases aliases -> chase(question, aliases, budget);
    };
  }

  private Outcome chase(Question question, Found.Aliases first, Budget budget) {
    List<Answer> pieces = new ArrayList<>();
    Set<DnsName> asked = new HashSet<>(Set.of(question.name()));
    Found.Aliases open = first;
    while (true) {
      pieces.add(open.aliases());
      if (!asked.add(open.target())) {
        return failure(Failure.Reason.SERVER_FAILURE, "alias loop at " + open.target());
      }
      if (!budget.takeAlias()) {
        return failure(Failure.Reason.LIMIT_REACHED, "limit reached: " + ALIASES);
      }
      switch (routes.find(question.withName(open.target()), budget)) {
        case Found.Whole(Failure failure) -> {
          return failure;
        }
        case Found.Whole(Answer end) -> {
          pieces.add(end);
          return join(question, pieces);
        }
        case Found.Aliases more -> open = more;
      }
    }
  }

  /** One message of all pieces; rcode and authority section are those of the last (RFC 6604). */
  private static Outcome join(Question question, List<Answer> pieces) {
    Answer last = pieces.getLast();
    MessageWriter writer = new MessageWriter(question, last.rcode());
    int ttl = Integer.MAX_VALUE;
    List<Response> responses = new ArrayList<>();
    Set<RrsetKey> written = new HashSet<>();
    for (Answer piece : pieces) {
      ttl = Math.min(ttl, piece.ttlSeconds());
      if (!(ResponseReader.read(piece.message()) instanceof Response response)) {
        return failure(Failure.Reason.GARBLED, "an answer on the way of the aliases is malformed");
      }
      Set<RrsetKey> here = new HashSet<>();
      for (ResponseRecord record : response.answer()) {
        RrsetKey key =
            new RrsetKey(record.owner(), record.type(), record.coveredType(response.message()));
        // The same DNAME may stand in several pieces.
        if (!written.contains(key)) {
          here.add(key);
          add(writer, response, record);
        }
      }
      written.addAll(here);
      responses.add(response);
    }
    writer.authority();
    for (int i = 0; i < responses.size(); i++) {
      Response response = responses.get(i);
      boolean end = i == responses.size() - 1;
      for (ResponseRecord record : response.authority()) {
        // A wildcard's proof stays with its alias.
        if (end || isDenial(record.coveredType(response.message()))) {
          add(writer, response, record);
        }
      }
    }
    return writer.isFull()
        ? failure(Failure.Reason.GARBLED, "the answers to all aliases do not fit in one message")
        : writer.toAnswer(ttl, Security.INDETERMINATE);
  }

  private static boolean isDenial(int type) {
    return type == RecordType.NSEC || type == RecordType.NSEC3;
  }

  private static void add(MessageWriter writer, Response response, ResponseRecord record) {
    writer.add(
        record.owner(),
        record.type(),
        record.recordClass(),
        record.ttlSeconds(),
        response.rdata(record));
  }

  private static Failure failure(Failure.Reason reason, String why) {
    return new Failure(reason, new ExtendedError(ExtendedError.OTHER, why));
  }
}
