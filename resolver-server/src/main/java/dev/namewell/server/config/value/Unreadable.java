package dev.namewell.server.config.value;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be read, in words that do not name it: whoever says so has named it. */
public final class Unreadable {
  private Unreadable() {}

  /** What a person should know of it; the line where a parser of dnsjava has stumbled. */
  public static String words(Exception trouble) {
    return switch (trouble) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      default -> parsers(trouble);
    };
  }

  /** The parser names a file that is none; a line is of use where there are several. */
  private static String parsers(Exception trouble) {
    return String.valueOf(trouble.getMessage())
        .replaceFirst("^<none>:1: ", "")
        .replaceFirst("^<none>:(\\d+): ", "line $1: ");
  }
}
