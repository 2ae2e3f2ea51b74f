package dev.namewell.server.outbound;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import org.jspecify.annotations.Nullable;

/** Words for what the network said. */
final class Failures {
  static final String REFUSED = "connection refused";
  static final String PORT_UNREACHABLE = "port unreachable";

  private Failures() {}

  static String text(Throwable failure) {
    return switch (failure) {
      case PortUnreachableException _ -> PORT_UNREACHABLE;
      case NoRouteToHostException _ -> "no route to host";
      case ConnectException refused when mentions(refused, "refused") -> REFUSED;
      default -> {
        String message = failure.getMessage();
        yield message == null ? failure.getClass().getSimpleName() : message;
      }
    };
  }

  private static boolean mentions(Throwable failure, String word) {
    @Nullable String message = failure.getMessage();
    return message != null && message.contains(word);
  }
}
