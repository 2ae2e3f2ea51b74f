package dev.namewell.server.app;

import dev.namewell.core.dns.Answer;
import dev.namewell.core.dns.Answer.Security;
import dev.namewell.core.dns.DnsName;
import dev.namewell.core.dns.Failure;
import dev.namewell.core.dns.Question;
import dev.namewell.core.dns.RecordType;
import dev.namewell.core.dns.Transport;
import dev.namewell.core.engine.Engine.Traced;
import dev.namewell.core.resolve.Explanations.Explanation;
import dev.namewell.core.resolve.Link;
import dev.namewell.core.resolve.Trail.Step;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The steps of a resolution, and the chain of trust that proves its answer: for people as a tree,
 * for programs as JSON.
 */
public final class TrailText {
  private static final int NANOS_PER_MILLI = 1_000_000;

  private TrailText() {}

  /** One line a step; what was needed for another step stands further right. */
  public static String tree(Question question, Traced traced) {
    long asked =
        traced.trail().steps().stream()
            .map(Step::server)
            .filter(Objects::nonNull)
            .distinct()
            .count();
    return question
        + "\n"
        + steps(traced.trail().steps())
        + links(traced.trail().links())
        + "= "
        + end(traced)
        + ", "
        + traced.took().toMillis()
        + " ms, "
        + (asked == 1 ? "1 server asked\n" : asked + " servers asked\n");
  }

  /** What is kept about one resolution. */
  public static String tree(Explanation explanation) {
    return "#%d %s at %s, %d ms%n%s%s= %s%n"
        .formatted(
            explanation.id(),
            explanation.question(),
            explanation.at(),
            explanation.took().toMillis(),
            steps(explanation.trail().steps()),
            links(explanation.trail().links()),
            explanation.end());
  }

  private static String steps(List<Step> steps) {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      text.append("  ".repeat(step.depth() + 1))
          .append(step.zone() == null ? "upstream " : step.zone() + " at ")
          .append(server(step))
          .append(step.transport() == Transport.TCP ? " over TCP: " : ": ")
          .append(step.asked().name())
          .append(' ')
          .append(RecordType.mnemonic(step.asked().type()))
          .append("? ")
          .append(step.said())
          .append(" (")
          .append(step.nanos() / NANOS_PER_MILLI)
          .append(" ms)\n");
    }
    return text.toString();
  }

  /** One line a link, a trust anchor first; nothing where nothing was proved. */
  private static String links(List<Link> links) {
    StringBuilder text = new StringBuilder(links.isEmpty() ? "" : "chain of trust\n");
    links.forEach(link -> text.append("  ").append(link).append('\n'));
    return text.toString();
  }

  private static String server(Step step) {
    return step.server() == null ? "the copy here" : step.server().toString();
  }

  private static String end(Traced traced) {
    return switch (traced.outcome()) {
      case Answer answer ->
          answer.gist()
              + (answer.security() == Security.INDETERMINATE
                  ? ""
                  : ", " + answer.security().name().toLowerCase(Locale.ROOT));
      case Failure failure -> failure.words();
    };
  }

  /** One object in one line. */
  public static String json(Question question, Traced traced) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("question", question.toString());
      json.writeStringProperty("end", end(traced));
      json.writeNumberProperty("milliseconds", traced.took().toMillis());
      json.writeArrayPropertyStart("steps");
      for (Step step : traced.trail().steps()) {
        json.writeStartObject();
        json.writeNumberProperty("depth", step.depth());
        if (step.zone() != null) {
          json.writeStringProperty("zone", step.zone().toString());
        }
        json.writeStringProperty("server", server(step));
        if (step.transport() != null) {
          json.writeStringProperty("transport", step.transport().name().toLowerCase(Locale.ROOT));
        }
        json.writeStringProperty("asked", step.asked().toString());
        json.writeStringProperty("said", step.said().toString());
        json.writeNumberProperty("microseconds", step.nanos() / 1000);
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayPropertyStart("chain");
      traced.trail().links().forEach(link -> write(json, link));
      json.writeEndArray();
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, Link link) {
    json.writeStartObject();
    json.writeStringProperty("owner", link.owner().toString());
    json.writeStringProperty("type", RecordType.mnemonic(link.type()));
    if (!link.keys().isEmpty()) {
      json.writeArrayPropertyStart("keys");
      link.keys().forEach(json::writeString);
      json.writeEndArray();
    }
    switch (link.worth()) {
      case Link.Anchor _ -> json.writeStringProperty("status", "trust anchor");
      case Link.Signed(DnsName zone, int keyTag) -> {
        json.writeStringProperty("status", "signed");
        json.writeStringProperty("zone", zone.toString());
        json.writeNumberProperty("keyTag", keyTag);
      }
      case Link.Unsigned(String why) -> {
        json.writeStringProperty("status", "insecure");
        json.writeStringProperty("why", why);
      }
      case Link.Wrong(String why) -> {
        json.writeStringProperty("status", "bogus");
        json.writeStringProperty("why", why);
      }
    }
    json.writeEndObject();
  }
}
