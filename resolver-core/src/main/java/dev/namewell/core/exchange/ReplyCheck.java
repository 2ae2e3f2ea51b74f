package dev.namewell.core.exchange;

import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.Rcode;
import dev.namewell.core.wire.Flags;
import dev.namewell.core.wire.Response;
import org.jspecify.annotations.Nullable;

/** Tells whether a well-formed message can be a response to a question at all. */
final class ReplyCheck {
  private ReplyCheck() {}

  /** What is wrong with it, in words; null if nothing is. */
  static @Nullable String wrong(Question question, Response response) {
    if ((response.flags() & Flags.OPCODE) != 0) {
      return "a response to another kind of query";
    }
    if (response.questionName() == null) {
      return mayLackQuestion(response) ? null : "a response without question";
    }
    boolean same =
        response.questionName().equals(question.name())
            && response.questionType() == question.type()
            && response.questionClass() == question.recordClass();
    return same ? null : "a response to another question";
  }

  /** Errors of servers that could not or would not read the query. */
  private static boolean mayLackQuestion(Response response) {
    return switch (response.rcode()) {
      case Rcode.FORMERR, Rcode.SERVFAIL, Rcode.NOTIMP, Rcode.REFUSED, Rcode.BADVERS ->
          response.answer().isEmpty();
      default -> false;
    };
  }
}
