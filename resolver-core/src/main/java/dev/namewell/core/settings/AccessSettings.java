package dev.namewell.core.settings;

import java.util.List;

/**
 * Who may ask, and what others get.
 *
 * @param allow networks whose clients are served
 * @param outsiders what all others get
 */
public record AccessSettings(List<Network> allow, Outsiders outsiders) {
  /** What a client outside {@code allow} gets. */
  public enum Outsiders {
    REFUSE,
    SILENCE
  }

  public AccessSettings {
    allow = List.copyOf(allow);
  }
}
