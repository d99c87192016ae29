<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Gehe zu</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>New task…</source>
        <translation>Neue Aufgabe …</translation>
    </message>
    <message>
        <source>Start a task with all its settings</source>
        <translation>Eine Aufgabe mit allen Einstellungen starten</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop the task for a while without losing anything; once more goes on</source>
        <translation>Die Aufgabe ohne Verlust anhalten; noch einmal setzt sie fort</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>End the task and every process of it; what it has done is kept</source>
        <translation>Die Aufgabe und alle ihre Prozesse beenden; was sie getan hat, bleibt</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Start the task again as a new attempt</source>
        <translation>Die Aufgabe als neuen Versuch noch einmal starten</translation>
    </message>
    <message>
        <source>Merge…</source>
        <translation>Zusammenführen …</translation>
    </message>
    <message>
        <source>Put the change on the branch it came from</source>
        <translation>Die Änderung auf den Zweig bringen, von dem sie ausging</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>Verwerfen …</translation>
    </message>
    <message>
        <source>Throw the task&apos;s branch and worktree away</source>
        <translation>Zweig und Arbeitsverzeichnis der Aufgabe wegwerfen</translation>
    </message>
    <message>
        <source>Delete from the list…</source>
        <translation>Aus der Liste löschen …</translation>
    </message>
    <message>
        <source>Forget a finished task and its logs</source>
        <translation>Eine beendete Aufgabe und ihre Protokolle vergessen</translation>
    </message>
    <message>
        <source>Message to the task</source>
        <translation>Nachricht an die Aufgabe</translation>
    </message>
    <message>
        <source>Tell the running agent something</source>
        <translation>Dem laufenden Agenten etwas mitteilen</translation>
    </message>
    <message>
        <source>Higher priority</source>
        <translation>Höherer Vorrang</translation>
    </message>
    <message>
        <source>Lower priority</source>
        <translation>Geringerer Vorrang</translation>
    </message>
    <message>
        <source>Copy the task&apos;s id</source>
        <translation>Kennung der Aufgabe kopieren</translation>
    </message>
    <message>
        <source>Command field</source>
        <translation>Befehlsfeld</translation>
    </message>
    <message>
        <source>Say what should be built</source>
        <translation>Sagen, was gebaut werden soll</translation>
    </message>
    <message>
        <source>Palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>Find any task or action by its name</source>
        <translation>Jede Aufgabe oder Aktion über ihren Namen finden</translation>
    </message>
    <message>
        <source>Next that needs you</source>
        <translation>Nächste, die Sie braucht</translation>
    </message>
    <message>
        <source>Previous that needs you</source>
        <translation>Vorige, die Sie braucht</translation>
    </message>
    <message>
        <source>Task list</source>
        <translation>Aufgabenliste</translation>
    </message>
    <message>
        <source>Filter the task list</source>
        <translation>Aufgabenliste filtern</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>What the agent says and does</source>
        <translation>Was der Agent sagt und tut</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>What the commands print</source>
        <translation>Was die Befehle ausgeben</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>What is different from where it began</source>
        <translation>Was sich seit dem Beginn unterscheidet</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>In what is shown</source>
        <translation>In dem, was gezeigt wird</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Voriger Treffer</translation>
    </message>
    <message>
        <source>Next error</source>
        <translation>Nächster Fehler</translation>
    </message>
    <message>
        <source>Previous error</source>
        <translation>Voriger Fehler</translation>
    </message>
    <message>
        <source>Follow the newest</source>
        <translation>Dem Neuesten folgen</translation>
    </message>
    <message>
        <source>Details pane</source>
        <translation>Bereich mit Einzelheiten</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Hell oder dunkel</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen …</translation>
    </message>
    <message>
        <source>Confirmation code…</source>
        <translation>Bestätigungscode …</translation>
    </message>
    <message>
        <source>Choose or change the code that allows destructive commands</source>
        <translation>Den Code wählen oder ändern, der zerstörende Befehle erlaubt</translation>
    </message>
    <message>
        <source>Play the demo</source>
        <translation>Vorführung zeigen</translation>
    </message>
    <message>
        <source>A real task with a model that needs no key</source>
        <translation>Eine echte Aufgabe mit einem Modell, das keinen Schlüssel braucht</translation>
    </message>
    <message>
        <source>Hold the queue</source>
        <translation>Warteschlange anhalten</translation>
    </message>
    <message>
        <source>Nothing new starts until it is released</source>
        <translation>Bis zur Freigabe beginnt nichts Neues</translation>
    </message>
    <message>
        <source>Help and shortcuts</source>
        <translation>Hilfe und Tastenkürzel</translation>
    </message>
    <message>
        <source>Quit the window</source>
        <translation>Fenster beenden</translation>
    </message>
    <message>
        <source>Tasks go on without it</source>
        <translation>Aufgaben laufen ohne es weiter</translation>
    </message>
    <message>
        <source>Dashboard</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>What tasks did, what it cost and where it went wrong</source>
        <translation>Was die Aufgaben taten, was es kostete und wo es schiefging</translation>
    </message>
    <message>
        <source>Task list pane</source>
        <translation>Bereich mit der Aufgabenliste</translation>
    </message>
    <message>
        <source>Output in a pane of its own</source>
        <translation>Ausgabe in einem eigenen Bereich</translation>
    </message>
    <message>
        <source>Beside the other tabs instead of behind them</source>
        <translation>Neben den anderen Reitern statt hinter ihnen</translation>
    </message>
    <message>
        <source>Reset the layout</source>
        <translation>Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>Every pane back to its place</source>
        <translation>Jeder Bereich zurück an seinen Platz</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archivieren</translation>
    </message>
    <message>
        <source>Put finished tasks out of the way; once more brings them back</source>
        <translation>Legt beendete Aufgaben beiseite; noch einmal holt sie zurück</translation>
    </message>
    <message>
        <source>Filter to matching lines</source>
        <translation>Auf Zeilen mit Treffern filtern</translation>
    </message>
    <message>
        <source>The lines of the output that match, beside all of them</source>
        <translation>Die passenden Zeilen der Ausgabe, neben allen anderen</translation>
    </message>
    <message>
        <source>Toggle bookmark</source>
        <translation>Lesezeichen setzen oder entfernen</translation>
    </message>
    <message>
        <source>Next bookmark</source>
        <translation>Nächstes Lesezeichen</translation>
    </message>
    <message>
        <source>Previous bookmark</source>
        <translation>Voriges Lesezeichen</translation>
    </message>
    <message>
        <source>Go to line…</source>
        <translation>Gehe zu Zeile …</translation>
    </message>
    <message>
        <source>Wrap long lines</source>
        <translation>Lange Zeilen umbrechen</translation>
    </message>
    <message>
        <source>Show times</source>
        <translation>Zeiten anzeigen</translation>
    </message>
    <message>
        <source>When each line of the output was written</source>
        <translation>Wann jede Zeile der Ausgabe geschrieben wurde</translation>
    </message>
    <message>
        <source>Copy with times</source>
        <translation>Mit Zeiten kopieren</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>How often it was tried, and what each printed</source>
        <translation>Wie oft es versucht wurde und was jeder Versuch ausgab</translation>
    </message>
    <message>
        <source>Bring files back…</source>
        <translation>Dateien zurückholen …</translation>
    </message>
    <message>
        <source>Make the files what they were before a command that you confirmed</source>
        <translation>Die Dateien wieder so machen, wie sie vor einem von Ihnen bestätigten Befehl waren</translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>There is no program “%1”.</source>
        <translation>Es gibt kein Programm „%1“.</translation>
    </message>
    <message>
        <source>The editor can be chosen in the settings.</source>
        <translation>Der Editor kann in den Einstellungen gewählt werden.</translation>
    </message>
    <message>
        <source>No editor was found to show %1.</source>
        <translation>Es wurde kein Editor gefunden, der %1 zeigen könnte.</translation>
    </message>
    <message>
        <source>Choose one in the settings, such as “kate --line %l %f”.</source>
        <translation>Wählen Sie einen in den Einstellungen, etwa „kate --line %l %f“.</translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <translation>Es gibt keine Datei %1.</translation>
    </message>
    <message>
        <source>“%1” could not be started.</source>
        <translation>„%1“ konnte nicht gestartet werden.</translation>
    </message>
</context>
<context>
    <name>TaskText</name>
    <message>
        <source>Queued</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Waits for your code</source>
        <translation>Wartet auf Ihren Code</translation>
    </message>
    <message>
        <source>Asks you</source>
        <translation>Fragt Sie</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Merged</source>
        <translation>Zusammengeführt</translation>
    </message>
    <message>
        <source>Discarded</source>
        <translation>Verworfen</translation>
    </message>
    <message>
        <source>Ready for review</source>
        <translation>Bereit zur Durchsicht</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Out of time</source>
        <translation>Zeit abgelaufen</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Braucht Sie</translation>
    </message>
    <message>
        <source>Running</source>
        <comment>group of tasks</comment>
        <translation>Laufend</translation>
    </message>
    <message>
        <source>Queued</source>
        <comment>group of tasks</comment>
        <translation>Wartend</translation>
    </message>
    <message>
        <source>Ready for review</source>
        <comment>group of tasks</comment>
        <translation>Bereit zur Durchsicht</translation>
    </message>
    <message>
        <source>Done</source>
        <comment>group of tasks</comment>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>setting up</source>
        <translation>Einrichten</translation>
    </message>
    <message>
        <source>planning</source>
        <translation>Planen</translation>
    </message>
    <message>
        <source>coding</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>testing</source>
        <translation>Testen</translation>
    </message>
    <message>
        <source>fixing</source>
        <translation>Beheben</translation>
    </message>
    <message>
        <source>validating</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>publishing</source>
        <translation>Veröffentlichen</translation>
    </message>
    <message>
        <source>complete</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>Gering</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>merged into %1</source>
        <translation>zusammengeführt in %1</translation>
    </message>
    <message>
        <source>waits for its turn</source>
        <translation>wartet, bis sie an der Reihe ist</translation>
    </message>
    <message>
        <source>%1, %2, task %3. %4</source>
        <comment>title, state, id, newest line</comment>
        <translation>%1, %2, Aufgabe %3. %4</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Archived</source>
        <comment>group of tasks</comment>
        <translation>Archiviert</translation>
    </message>
    <message>
        <source>No sandbox</source>
        <translation>Keine Sandbox</translation>
    </message>
    <message>
        <source>Strict sandbox</source>
        <translation>Strenge Sandbox</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>Sandbox</translation>
    </message>
    <message>
        <source>%1, no network</source>
        <translation>%1, kein Netz</translation>
    </message>
    <message>
        <source>Its programs reach all that you reach.</source>
        <translation>Ihre Programme erreichen alles, was Sie erreichen.</translation>
    </message>
    <message>
        <source>Its programs change only the task&apos;s folder; your home is hidden from them.</source>
        <translation>Ihre Programme ändern nur den Ordner der Aufgabe; Ihr persönlicher Ordner ist vor ihnen verborgen.</translation>
    </message>
    <message>
        <source>Its programs change only the task&apos;s folder; keys, passwords and your session are hidden from them.</source>
        <translation>Ihre Programme ändern nur den Ordner der Aufgabe; Schlüssel, Passwörter und Ihre Sitzung sind vor ihnen verborgen.</translation>
    </message>
    <message>
        <source>Its commands reach no network.</source>
        <translation>Ihre Befehle erreichen kein Netz.</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>The window of Switchyard, the control room for background coding tasks.</source>
        <translation>Das Fenster von Switchyard, der Leitstelle für Programmieraufgaben im Hintergrund.</translation>
    </message>
    <message>
        <source>Play the demo as soon as the engine is there.</source>
        <translation>Die Vorführung zeigen, sobald die Maschine da ist.</translation>
    </message>
    <message>
        <source>Show this task first.</source>
        <translation>Diese Aufgabe zuerst zeigen.</translation>
    </message>
    <message>
        <source>id</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>Show this help.</source>
        <translation>Diese Hilfe zeigen.</translation>
    </message>
    <message>
        <source>Show the version.</source>
        <translation>Die Version zeigen.</translation>
    </message>
</context>
<context>
    <name>switchyard::client::EngineClient</name>
    <message>
        <source>The engine is not connected.</source>
        <translation>Die Maschine ist nicht verbunden.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ActivityModel</name>
    <message>
        <source>Agent: %1</source>
        <translation>Agent: %1</translation>
    </message>
    <message>
        <source>Thought</source>
        <translation>Gedanke</translation>
    </message>
    <message>
        <source>You: %1</source>
        <translation>Sie: %1</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgelehnt</translation>
    </message>
    <message numerus="yes">
        <source>Plan: %n step(s)</source>
        <translation>
            <numerusform>Plan: %n Schritt</numerusform>
            <numerusform>Plan: %n Schritte</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 done</source>
        <translation>%1 von %2 fertig</translation>
    </message>
    <message>
        <source>%1 has started</source>
        <translation>%1 hat begonnen</translation>
    </message>
    <message>
        <source>The agent</source>
        <translation>Der Agent</translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <comment>tests</comment>
        <translation>
            <numerusform>%n fehlgeschlagen</numerusform>
            <numerusform>%n fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passed</source>
        <comment>tests</comment>
        <translation>
            <numerusform>%n bestanden</numerusform>
            <numerusform>%n bestanden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n skipped</source>
        <comment>tests</comment>
        <translation>
            <numerusform>%n übersprungen</numerusform>
            <numerusform>%n übersprungen</numerusform>
        </translation>
    </message>
    <message>
        <source>ended by signal %1</source>
        <translation>durch Signal %1 beendet</translation>
    </message>
    <message>
        <source>exit code %1</source>
        <translation>Rückgabewert %1</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>gelöscht</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>waits for your code</source>
        <translation>wartet auf Ihren Code</translation>
    </message>
    <message>
        <source>allowed</source>
        <translation>erlaubt</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation>abgelehnt: %1</translation>
    </message>
    <message>
        <source>Attempt %1</source>
        <translation>Versuch %1</translation>
    </message>
    <message>
        <source>waits for your answer</source>
        <translation>wartet auf Ihre Antwort</translation>
    </message>
    <message>
        <source>answered</source>
        <translation>beantwortet</translation>
    </message>
    <message>
        <source>Branch %1 from %2</source>
        <translation>Zweig %1 aus %2</translation>
    </message>
    <message>
        <source>Commit: %1</source>
        <translation>Commit: %1</translation>
    </message>
    <message>
        <source>Merged into %1</source>
        <translation>Zusammengeführt in %1</translation>
    </message>
    <message>
        <source>Discarded %1</source>
        <translation>%1 verworfen</translation>
    </message>
    <message numerus="yes">
        <source>… %n line(s) above, all of them in Output</source>
        <translation>
            <numerusform>… darüber %n Zeile, alles unter Ausgabe</numerusform>
            <numerusform>… darüber %n Zeilen, alle unter Ausgabe</numerusform>
        </translation>
    </message>
    <message>
        <source>Thought: %1</source>
        <translation>Gedanke: %1</translation>
    </message>
    <message>
        <source>tests: %1 failed, %2 passed</source>
        <translation>Tests: %1 fehlgeschlagen, %2 bestanden</translation>
    </message>
    <message>
        <source>tests: %1 passed</source>
        <translation>Tests: %1 bestanden</translation>
    </message>
    <message>
        <source>build</source>
        <translation>Bau</translation>
    </message>
    <message>
        <source>The folder was kept as it was before: %1</source>
        <translation>Der Ordner wurde aufgehoben, wie er war vor: %1</translation>
    </message>
    <message>
        <source>The folder was put back to point %1</source>
        <translation>Der Ordner wurde auf Stand %1 zurückgesetzt</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ActivityView</name>
    <message>
        <source>Activity</source>
        <translation>Verlauf</translation>
    </message>
    <message numerus="yes">
        <source>↓ %n new</source>
        <comment>rows of the activity</comment>
        <translation>
            <numerusform>↓ %n neu</numerusform>
            <numerusform>↓ %n neue</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::AgentsPage</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weiteres</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Probe it</source>
        <translation>&amp;Erproben</translation>
    </message>
    <message>
        <source>Agents that can do a task. Others that speak the Agent Client Protocol are added with “swy agent add”.</source>
        <translation>Agenten, die eine Aufgabe erledigen können. Andere, die das Agent Client Protocol sprechen, fügt „swy agent add“ hinzu.</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>Agenten</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>About the agent</source>
        <translation>Über den Agenten</translation>
    </message>
    <message>
        <source>&amp;Look again</source>
        <translation>Noch einmal &amp;nachsehen</translation>
    </message>
    <message>
        <source>Starts it in an empty folder and asks what it can; no model is called</source>
        <translation>Startet ihn in einem leeren Ordner und fragt, was er kann; kein Modell wird gerufen</translation>
    </message>
    <message>
        <source>being probed…</source>
        <translation>wird erprobt …</translation>
    </message>
    <message>
        <source>not installed</source>
        <translation>nicht installiert</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>installed, not probed yet</source>
        <translation>installiert, noch nicht erprobt</translation>
    </message>
    <message>
        <source>sign-in needed</source>
        <translation>Anmeldung nötig</translation>
    </message>
    <message>
        <source>does not start: %1</source>
        <translation>startet nicht: %1</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird nachgesehen …</translation>
    </message>
    <message>
        <source>Why:</source>
        <translation>Warum:</translation>
    </message>
    <message>
        <source>Install it:</source>
        <translation>So wird er installiert:</translation>
    </message>
    <message>
        <source>Tried with:</source>
        <translation>Versucht mit:</translation>
    </message>
    <message>
        <source>Sign in:</source>
        <translation>So meldet man sich an:</translation>
    </message>
    <message>
        <source>Problem:</source>
        <translation>Problem:</translation>
    </message>
    <message>
        <source>Way out:</source>
        <translation>Ausweg:</translation>
    </message>
    <message>
        <source>Version:</source>
        <translation>Version:</translation>
    </message>
    <message>
        <source>%1, tried and found good</source>
        <translation>%1, versucht und für gut befunden</translation>
    </message>
    <message>
        <source>%1 (tried with %2)</source>
        <translation>%1 (versucht mit %2)</translation>
    </message>
    <message>
        <source>Sign-in:</source>
        <translation>Anmeldung:</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>needed: “swy agent login %1”</source>
        <translation>nötig: „swy agent login %1“</translation>
    </message>
    <message>
        <source>Models:</source>
        <translation>Modelle:</translation>
    </message>
    <message>
        <source>In force:</source>
        <translation>Eingestellt:</translation>
    </message>
    <message>
        <source>Modes:</source>
        <translation>Modi:</translation>
    </message>
    <message>
        <source>Can:</source>
        <translation>Kann:</translation>
    </message>
    <message>
        <source>Starts in:</source>
        <translation>Startet in:</translation>
    </message>
    <message numerus="yes">
        <source>%1 s, with %2 in %n process(es)</source>
        <translation>
            <numerusform>%1 s, mit %2 in %n Prozess</numerusform>
            <numerusform>%1 s, mit %2 in %n Prozessen</numerusform>
        </translation>
    </message>
    <message>
        <source>Probed:</source>
        <translation>Erprobt:</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::AttemptsView</name>
    <message>
        <source>Attempts</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>Enter shows what the attempt&apos;s commands printed</source>
        <translation>Eingabe zeigt, was die Befehle des Versuchs ausgaben</translation>
    </message>
    <message>
        <source>Attempt</source>
        <translation>Versuch</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>Beginn</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>%1 (its output is shown)</source>
        <translation>%1 (seine Ausgabe ist zu sehen)</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ChartCard</name>
    <message>
        <source>Save “%1”</source>
        <translation>„%1“ speichern</translation>
    </message>
    <message>
        <source>Save as picture or table</source>
        <translation>Als Bild oder Tabelle speichern</translation>
    </message>
    <message>
        <source>Nothing in this period.</source>
        <translation>Nichts in diesem Zeitraum.</translation>
    </message>
    <message>
        <source>Save as picture (PNG)…</source>
        <translation>Als Bild speichern (PNG) …</translation>
    </message>
    <message>
        <source>Save as table (CSV)…</source>
        <translation>Als Tabelle speichern (CSV) …</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ChooseCodeDialog</name>
    <message>
        <source>Change the confirmation code</source>
        <translation>Bestätigungscode ändern</translation>
    </message>
    <message>
        <source>Choose your confirmation code</source>
        <translation>Wählen Sie Ihren Bestätigungscode</translation>
    </message>
    <message>
        <source>Before a task may delete files, force a push or do anything else that cannot be undone, Switchyard shows the command and asks for this code. Only a salted hash of it is kept.</source>
        <translation>Bevor eine Aufgabe Dateien löschen, einen Push erzwingen oder sonst etwas tun darf, das sich nicht zurücknehmen lässt, zeigt Switchyard den Befehl und fragt nach diesem Code. Gespeichert wird davon nur ein gesalzener Hash.</translation>
    </message>
    <message>
        <source>&amp;Present code:</source>
        <translation>&amp;Bisheriger Code:</translation>
    </message>
    <message>
        <source>&amp;New code:</source>
        <translation>&amp;Neuer Code:</translation>
    </message>
    <message>
        <source>&amp;Once more:</source>
        <translation>N&amp;och einmal:</translation>
    </message>
    <message numerus="yes">
        <source>at least %n character(s), digits will do</source>
        <translation>
            <numerusform>mindestens %n Zeichen, Ziffern genügen</numerusform>
            <numerusform>mindestens %n Zeichen, Ziffern genügen</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Save the code</source>
        <translation>Code &amp;speichern</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message numerus="yes">
        <source>The code needs at least %n character(s).</source>
        <translation>
            <numerusform>Der Code braucht mindestens %n Zeichen.</numerusform>
            <numerusform>Der Code braucht mindestens %n Zeichen.</numerusform>
        </translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>Die beiden stimmen nicht überein.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::CommandBar</name>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>What should be built?</source>
        <translation>Was soll gebaut werden?</translation>
    </message>
    <message>
        <source>What should be built?   Enter starts · Shift+Enter starts and opens</source>
        <translation>Was soll gebaut werden?   Eingabe startet · Umschalt+Eingabe startet und öffnet</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>The repository or folder to work in</source>
        <translation>Das Repository oder der Ordner, in dem gearbeitet wird</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Who does it</source>
        <translation>Wer es tut</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Vorrang</translation>
    </message>
    <message>
        <source>Its place in the queue</source>
        <translation>Ihr Platz in der Warteschlange</translation>
    </message>
    <message>
        <source>All settings of a new task</source>
        <translation>Alle Einstellungen einer neuen Aufgabe</translation>
    </message>
    <message>
        <source>All settings of a new task (Ctrl+N)</source>
        <translation>Alle Einstellungen einer neuen Aufgabe (Strg+N)</translation>
    </message>
    <message>
        <source>Built-in</source>
        <translation>Eingebaut</translation>
    </message>
    <message>
        <source>No folder yet</source>
        <translation>Noch kein Ordner</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen …</translation>
    </message>
    <message>
        <source>Shell command</source>
        <translation>Shell-Befehl</translation>
    </message>
    <message>
        <source>Choose the project&apos;s folder</source>
        <translation>Ordner des Projekts wählen</translation>
    </message>
    <message>
        <source>Start from a template</source>
        <translation>Aus einer Vorlage starten</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::CommentsBar</name>
    <message>
        <source>Comment on this line</source>
        <translation>Bemerkung zu dieser Zeile</translation>
    </message>
    <message>
        <source>What should be different here?  Enter keeps it, Esc drops it</source>
        <translation>Was soll hier anders sein?  Eingabe behält es, Esc verwirft es</translation>
    </message>
    <message>
        <source>Comments collected</source>
        <translation>Gesammelte Bemerkungen</translation>
    </message>
    <message>
        <source>Delete removes a comment, Enter changes it</source>
        <translation>Entf nimmt eine Bemerkung weg, Eingabe ändert sie</translation>
    </message>
    <message numerus="yes">
        <source>Tell the agent %n comment(s)</source>
        <translation>
            <numerusform>Dem Agenten %n Bemerkung mitteilen</numerusform>
            <numerusform>Dem Agenten %n Bemerkungen mitteilen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Start an attempt with %n comment(s)</source>
        <translation>
            <numerusform>Neuer Versuch mit %n Bemerkung</numerusform>
            <numerusform>Neuer Versuch mit %n Bemerkungen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ConfirmDialog</name>
    <message>
        <source>A command needs your code</source>
        <translation>Ein Befehl braucht Ihren Code</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>What it would touch</source>
        <translation>Was er berühren würde</translation>
    </message>
    <message>
        <source>Confirmation &amp;code:</source>
        <translation>Bestätigungs&amp;code:</translation>
    </message>
    <message>
        <source>Confirmation code</source>
        <translation>Bestätigungscode</translation>
    </message>
    <message>
        <source>Deny and &amp;stop the task</source>
        <translation>Ablehnen und Aufgabe &amp;beenden</translation>
    </message>
    <message>
        <source>&amp;Deny</source>
        <translation>Ab&amp;lehnen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Al&amp;low:</source>
        <translation>Erla&amp;uben:</translation>
    </message>
    <message>
        <source>How much to allow</source>
        <translation>Wie viel erlaubt wird</translation>
    </message>
    <message>
        <source>this once</source>
        <translation>dieses eine Mal</translation>
    </message>
    <message>
        <source>this command again, until the task ends</source>
        <translation>diesen Befehl wieder, bis die Aufgabe endet</translation>
    </message>
    <message>
        <source>deleting inside %1/, in all tasks of this project</source>
        <translation>Löschen in %1/, in allen Aufgaben dieses Projekts</translation>
    </message>
    <message>
        <source>&amp;Allow this command</source>
        <translation>Diesen Befehl &amp;erlauben</translation>
    </message>
    <message>
        <source>1 of %1</source>
        <translation>1 von %1</translation>
    </message>
    <message>
        <source>“%1” wants to run a command that needs your code</source>
        <translation>„%1“ will einen Befehl ausführen, der Ihren Code braucht</translation>
    </message>
    <message>
        <source>Why you are asked:</source>
        <translation>Warum Sie gefragt werden:</translation>
    </message>
    <message>
        <source>It cannot be told beforehand what this touches.</source>
        <translation>Was das berührt, lässt sich vorher nicht sagen.</translation>
    </message>
    <message>
        <source>Folder: %1</source>
        <translation>Ordner: %1</translation>
    </message>
    <message>
        <source>Branch: %1</source>
        <translation>Zweig: %1</translation>
    </message>
    <message>
        <source>Task: %1, asked by %2</source>
        <translation>Aufgabe: %1, gefragt von %2</translation>
    </message>
    <message>
        <source>your command</source>
        <translation>Ihrem Befehl</translation>
    </message>
    <message>
        <source>the built-in agent</source>
        <translation>dem eingebauten Agenten</translation>
    </message>
    <message numerus="yes">
        <source>%n try(s) left.</source>
        <comment>wrong codes</comment>
        <translation>
            <numerusform>Noch %n Versuch.</numerusform>
            <numerusform>Noch %n Versuche.</numerusform>
        </translation>
    </message>
    <message>
        <source>time is up</source>
        <translation>Zeit abgelaufen</translation>
    </message>
    <message>
        <source>There was no answer in time: the command is refused.</source>
        <translation>Es kam keine Antwort in der Zeit: Der Befehl ist abgelehnt.</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>Type your code to allow it.</source>
        <translation>Geben Sie Ihren Code ein, um ihn zu erlauben.</translation>
    </message>
    <message numerus="yes">
        <source>That code is wrong. %n try(s) left.</source>
        <translation>
            <numerusform>Dieser Code ist falsch. Noch %n Versuch.</numerusform>
            <numerusform>Dieser Code ist falsch. Noch %n Versuche.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::DashboardPage</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>File not found</source>
        <translation>Datei nicht gefunden</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>Zugriff verweigert</translation>
    </message>
    <message>
        <source>Took too long</source>
        <translation>Dauerte zu lange</translation>
    </message>
    <message>
        <source>Syntax error</source>
        <translation>Syntaxfehler</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Command failed</source>
        <translation>Befehl fehlgeschlagen</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Anderes</translation>
    </message>
    <message numerus="yes">
        <source>%n queued</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n wartet</numerusform>
            <numerusform>%n warten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) you</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n braucht Sie</numerusform>
            <numerusform>%n brauchen Sie</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 completed, %2 failed, %3 timed out</source>
        <translation>%1 fertig, %2 fehlgeschlagen, %3 über der Zeit</translation>
    </message>
    <message>
        <source>%1 tokens in, %2 out</source>
        <translation>%1 Tokens hinein, %2 heraus</translation>
    </message>
    <message>
        <source>of %1 a day</source>
        <translation>von %1 am Tag</translation>
    </message>
    <message>
        <source>no budget is set</source>
        <translation>kein Budget gesetzt</translation>
    </message>
    <message>
        <source>at this pace %1 by its end</source>
        <translation>bei diesem Tempo %1 bis zum Ende</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>Calls</source>
        <translation>Aufrufe</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Mean seconds</source>
        <translation>Mittlere Sekunden</translation>
    </message>
    <message>
        <source>Longest seconds</source>
        <translation>Längste Sekunden</translation>
    </message>
    <message>
        <source>%1 · %2 errors · %3</source>
        <translation>%1 · %2 Fehler · %3</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <comment>calls, mean time</comment>
        <translation>%1 · %2</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n call(s), %2 with errors, %3 on average, %4 at most</source>
        <translation>
            <numerusform>%1: %n Aufruf, %2 mit Fehler, im Mittel %3, höchstens %4</numerusform>
            <numerusform>%1: %n Aufrufe, %2 mit Fehlern, im Mittel %3, höchstens %4</numerusform>
        </translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>Neuester</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>%1, newest in task %2: %3</source>
        <translation>%1, zuletzt in Aufgabe %2: %3</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>Fehlschläge</translation>
    </message>
    <message numerus="yes">
        <source>%1
%n run(s), %2 failed, %3 on average, longest in task %4</source>
        <translation>
            <numerusform>%1
%n Lauf, %2 fehlgeschlagen, im Mittel %3, am längsten in Aufgabe %4</numerusform>
            <numerusform>%1
%n Läufe, %2 fehlgeschlagen, im Mittel %3, am längsten in Aufgabe %4</numerusform>
        </translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Lines added</source>
        <translation>Neue Zeilen</translation>
    </message>
    <message>
        <source>Lines removed</source>
        <translation>Entfernte Zeilen</translation>
    </message>
    <message numerus="yes">
        <source>%1
%n change(s), +%2 −%3</source>
        <translation>
            <numerusform>%1
%n Änderung, +%2 −%3</numerusform>
            <numerusform>%1
%n Änderungen, +%2 −%3</numerusform>
        </translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Cost in dollars</source>
        <translation>Kosten in Dollar</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>%1 · %2 success · %3</source>
        <comment>runs, rate, cost</comment>
        <translation>%1 · %2 Erfolg · %3</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n run(s), %2 failed, %3, %4 tokens</source>
        <translation>
            <numerusform>%1: %n Lauf, %2 fehlgeschlagen, %3, %4 Tokens</numerusform>
            <numerusform>%1: %n Läufe, %2 fehlgeschlagen, %3, %4 Tokens</numerusform>
        </translation>
    </message>
    <message>
        <source>type: %1</source>
        <comment>kind of agent</comment>
        <translation>Art: %1</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>Shell commands</source>
        <translation>Shell-Befehle</translation>
    </message>
    <message>
        <source>Built-in</source>
        <translation>Eingebaut</translation>
    </message>
    <message>
        <source>Dashboard</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>Zeitraum</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 Tage</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 Tage</translation>
    </message>
    <message>
        <source>90 days</source>
        <translation>90 Tage</translation>
    </message>
    <message>
        <source>A year</source>
        <translation>Ein Jahr</translation>
    </message>
    <message>
        <source>All time</source>
        <translation>Alle Zeit</translation>
    </message>
    <message>
        <source>All projects</source>
        <translation>Alle Projekte</translation>
    </message>
    <message>
        <source>All agents</source>
        <translation>Alle Agenten</translation>
    </message>
    <message>
        <source>Save table…</source>
        <translation>Tabelle speichern …</translation>
    </message>
    <message>
        <source>All figures as CSV</source>
        <translation>Alle Zahlen als CSV</translation>
    </message>
    <message>
        <source>Save picture…</source>
        <translation>Bild speichern …</translation>
    </message>
    <message>
        <source>The whole dashboard as PNG</source>
        <translation>Die ganze Übersicht als PNG</translation>
    </message>
    <message>
        <source>Back to the tasks (Esc)</source>
        <translation>Zurück zu den Aufgaben (Esc)</translation>
    </message>
    <message>
        <source>Back to the tasks</source>
        <translation>Zurück zu den Aufgaben</translation>
    </message>
    <message>
        <source>Running now</source>
        <translation>Läuft gerade</translation>
    </message>
    <message>
        <source>Success rate</source>
        <translation>Erfolgsquote</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>Dieser Monat</translation>
    </message>
    <message>
        <source>Cost per day</source>
        <translation>Kosten je Tag</translation>
    </message>
    <message>
        <source>How tasks ended, per day</source>
        <translation>Wie Aufgaben endeten, je Tag</translation>
    </message>
    <message>
        <source>Tools: calls and errors</source>
        <translation>Werkzeuge: Aufrufe und Fehler</translation>
    </message>
    <message>
        <source>Errors by category</source>
        <translation>Fehler nach Art</translation>
    </message>
    <message>
        <source>Slowest commands</source>
        <translation>Langsamste Befehle</translation>
    </message>
    <message>
        <source>Files most touched</source>
        <translation>Meistgeänderte Dateien</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>Agenten</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>Projekte</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>Zählt …</translation>
    </message>
    <message>
        <source>The figures could not be read: %1</source>
        <translation>Die Zahlen konnten nicht gelesen werden: %1</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Save as picture</source>
        <translation>Als Bild speichern</translation>
    </message>
    <message>
        <source>Save as table</source>
        <translation>Als Tabelle speichern</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>Bilder (*.png)</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gespeichert als %1</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>%1 kann nicht geschrieben werden: %2</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::DayChart</name>
    <message>
        <source>Day</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Cost in dollars</source>
        <translation>Kosten in Dollar</translation>
    </message>
    <message>
        <source>Input tokens</source>
        <translation>Tokens hinein</translation>
    </message>
    <message>
        <source>Output tokens</source>
        <translation>Tokens heraus</translation>
    </message>
    <message>
        <source>Completed</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Timed out</source>
        <translation>Zeit abgelaufen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Laufend</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: %2 completed, %3 failed, %4 other</source>
        <translation>%1: %2 fertig, %3 fehlgeschlagen, %4 anderes</translation>
    </message>
    <message>
        <source>other</source>
        <translation>anderes</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>completed</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>Budget per day: %1</source>
        <translation>Budget je Tag: %1</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::DetailsPane</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Files touched</source>
        <translation>Berührte Dateien</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Branch</source>
        <translation>Zweig</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>Agent</translation>
    </message>
    <message>
        <source>%1 command</source>
        <comment>a shell</comment>
        <translation>Befehl in %1</translation>
    </message>
    <message>
        <source>Built-in</source>
        <translation>Eingebaut</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>%1 in, %2 out</source>
        <translation>%1 hinein, %2 heraus</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Vorrang</translation>
    </message>
    <message>
        <source>Attempt</source>
        <translation>Versuch</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Angelegt</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <comment>files</comment>
        <translation>
            <numerusform>… und %n weitere</numerusform>
            <numerusform>… und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>Sandbox</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>%1 in all</source>
        <comment>time of a processor</comment>
        <translation>%1 insgesamt</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>höchstens %1</translation>
    </message>
    <message numerus="yes">
        <source>%n process(es)</source>
        <translation>
            <numerusform>%n Prozess</numerusform>
            <numerusform>%n Prozesse</numerusform>
        </translation>
    </message>
    <message>
        <source>Signs of life</source>
        <translation>Lebenszeichen</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::DiffCanvas</name>
    <message>
        <source>Viewed</source>
        <translation>Gesehen</translation>
    </message>
    <message>
        <source>Binary file: its content is not shown.</source>
        <translation>Binärdatei: Ihr Inhalt wird nicht gezeigt.</translation>
    </message>
    <message>
        <source>This change is too large to be shown whole.</source>
        <translation>Diese Änderung ist zu groß, um ganz gezeigt zu werden.</translation>
    </message>
    <message>
        <source>Only white space has changed.</source>
        <translation>Nur Leerraum hat sich geändert.</translation>
    </message>
    <message>
        <source>Renamed without a change.</source>
        <translation>Umbenannt, sonst unverändert.</translation>
    </message>
    <message>
        <source>An empty file.</source>
        <translation>Eine leere Datei.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::DiffFilesModel</name>
    <message>
        <source>%1, %2 added, %3 removed</source>
        <translation>%1, %2 hinzugefügt, %3 entfernt</translation>
    </message>
    <message>
        <source>, viewed</source>
        <translation>, gesehen</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::DiffView</name>
    <message>
        <source>Ignore white space</source>
        <translation>Leerraum übergehen</translation>
    </message>
    <message>
        <source>Hide changes of white space alone</source>
        <translation>Änderungen verbergen, die nur Leerraum betreffen</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Show the old and the new text beside each other</source>
        <translation>Alten und neuen Text nebeneinander zeigen</translation>
    </message>
    <message>
        <source>Changed files</source>
        <translation>Geänderte Dateien</translation>
    </message>
    <message>
        <source>Changed lines</source>
        <translation>Geänderte Zeilen</translation>
    </message>
    <message>
        <source>The changes cannot be shown</source>
        <translation>Die Änderungen können nicht gezeigt werden</translation>
    </message>
    <message>
        <source>Reading the changes…</source>
        <translation>Änderungen werden gelesen …</translation>
    </message>
    <message>
        <source>No changes yet</source>
        <translation>Noch keine Änderungen</translation>
    </message>
    <message>
        <source>Files the task adds, edits or removes appear here.</source>
        <translation>Hier erscheinen Dateien, die die Aufgabe anlegt, ändert oder entfernt.</translation>
    </message>
    <message numerus="yes">
        <source>%n files changed</source>
        <translation>
            <numerusform>%n Datei geändert</numerusform>
            <numerusform>%n Dateien geändert</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 viewed</source>
        <translation>%1 von %2 gesehen</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Bemerken</translation>
    </message>
    <message>
        <source>On the line at hand (C, or a double click on its number)</source>
        <translation>Zur jetzigen Zeile (C oder Doppelklick auf ihre Nummer)</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::EnginePage</name>
    <message>
        <source>At once</source>
        <translation>Gleichzeitig</translation>
    </message>
    <message>
        <source>&amp;Tasks at once:</source>
        <translation>&amp;Aufgaben gleichzeitig:</translation>
    </message>
    <message>
        <source>of them in &amp;one project:</source>
        <translation>davon in &amp;einem Projekt:</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>&amp;Attempts of a task:</source>
        <translation>&amp;Versuche je Aufgabe:</translation>
    </message>
    <message>
        <source>&amp;Budget of a day:</source>
        <translation>&amp;Budget eines Tages:</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>Abschottung</translation>
    </message>
    <message>
        <source>Standard: writes only in its folder</source>
        <translation>Üblich: schreibt nur in seinem Ordner</translation>
    </message>
    <message>
        <source>Strict: also reads only what it needs</source>
        <translation>Streng: liest auch nur, was er braucht</translation>
    </message>
    <message>
        <source>None: everything you may do</source>
        <translation>Keine: alles, was Sie dürfen</translation>
    </message>
    <message>
        <source>A&amp;gents:</source>
        <translation>A&amp;genten:</translation>
    </message>
    <message>
        <source>&amp;Commands you type:</source>
        <translation>Be&amp;fehle, die Sie tippen:</translation>
    </message>
    <message>
        <source>&amp;Network in it:</source>
        <translation>&amp;Netz darin:</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Only this machine</source>
        <translation>Nur dieser Rechner</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>Was behalten wird</translation>
    </message>
    <message>
        <source>Finished tasks for:</source>
        <translation>Beendete Aufgaben:</translation>
    </message>
    <message>
        <source>ever</source>
        <translation>für immer</translation>
    </message>
    <message>
        <source> days</source>
        <translation> Tage</translation>
    </message>
    <message>
        <source>At most:</source>
        <translation>Höchstens:</translation>
    </message>
    <message>
        <source>all of them</source>
        <translation>alle</translation>
    </message>
    <message>
        <source> tasks</source>
        <translation> Aufgaben</translation>
    </message>
    <message>
        <source>Their output:</source>
        <translation>Ihre Ausgabe:</translation>
    </message>
    <message>
        <source> GiB</source>
        <translation> GiB</translation>
    </message>
    <message>
        <source>Nothing starts below</source>
        <translation>Darunter beginnt nichts</translation>
    </message>
    <message>
        <source>Free on &amp;disk:</source>
        <translation>Frei auf der &amp;Platte:</translation>
    </message>
    <message>
        <source>never mind</source>
        <translation>gleichgültig</translation>
    </message>
    <message>
        <source> MiB</source>
        <translation> MiB</translation>
    </message>
    <message>
        <source>Free &amp;memory:</source>
        <translation>Freier &amp;Speicher:</translation>
    </message>
    <message>
        <source>Asking the engine…</source>
        <translation>Die Maschine wird gefragt …</translation>
    </message>
    <message>
        <source>They count for all projects, from now on; a task can be told otherwise when it starts.</source>
        <translation>Sie gelten für alle Projekte, von jetzt an; einer Aufgabe kann beim Start anderes gesagt werden.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::HelpDialog</name>
    <message>
        <source>Help and shortcuts</source>
        <translation>Hilfe und Tastenkürzel</translation>
    </message>
    <message>
        <source>Say what should be built in the field at the top and press Enter. The list at the left shows what needs you first. Closing the window never stops a task.</source>
        <translation>Sagen Sie im Feld oben, was gebaut werden soll, und drücken Sie die Eingabetaste. Die Liste links zeigt zuerst, was Sie braucht. Das Schließen des Fensters beendet nie eine Aufgabe.</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Shortcut</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>On the command line</source>
        <translation>Auf der Befehlszeile</translation>
    </message>
    <message>
        <source>In the lists</source>
        <translation>In den Listen</translation>
    </message>
    <message>
        <source>Move, open, fold or unfold</source>
        <translation>Bewegen, öffnen, ein- oder ausklappen</translation>
    </message>
    <message>
        <source>↑ ↓, Enter, Space</source>
        <translation>↑ ↓, Eingabe, Leertaste</translation>
    </message>
    <message>
        <source>Fold or unfold a group of tasks</source>
        <translation>Eine Gruppe von Aufgaben ein- oder ausklappen</translation>
    </message>
    <message>
        <source>←, →</source>
        <translation>←, →</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::KeyDialog</name>
    <message>
        <source>Set a key</source>
        <translation>Schlüssel hinterlegen</translation>
    </message>
    <message>
        <source>such as anthropic</source>
        <translation>etwa anthropic</translation>
    </message>
    <message>
        <source>as its provider gave it to you</source>
        <translation>wie der Anbieter ihn ausgegeben hat</translation>
    </message>
    <message>
        <source>S&amp;how it</source>
        <translation>&amp;Anzeigen</translation>
    </message>
    <message>
        <source>In the desktop&apos;s keyring</source>
        <translation>Im Schlüsselbund der Arbeitsumgebung</translation>
    </message>
    <message>
        <source>In a file that only you can read</source>
        <translation>In einer Datei, die nur Sie lesen können</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>&amp;Name:</translation>
    </message>
    <message>
        <source>&amp;Key:</source>
        <translation>&amp;Schlüssel:</translation>
    </message>
    <message>
        <source>Kee&amp;p it:</source>
        <translation>&amp;Ort:</translation>
    </message>
    <message>
        <source>&amp;Store the key</source>
        <translation>Schlüssel &amp;hinterlegen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>It goes to the place below and nowhere else. Tasks that start from then on get it; it is blotted out of what they write.</source>
        <translation>Er kommt an den unten gewählten Ort und nirgendwohin sonst. Aufgaben, die danach beginnen, bekommen ihn; in dem, was sie schreiben, wird er geschwärzt.</translation>
    </message>
    <message>
        <source>A name has lower-case letters, digits, dots, dashes and underscores.</source>
        <translation>Ein Name besteht aus Kleinbuchstaben, Ziffern, Punkten, Binde- und Unterstrichen.</translation>
    </message>
    <message>
        <source>Storing it… The desktop may ask you to unlock the keyring.</source>
        <translation>Wird hinterlegt … Vielleicht werden Sie gebeten, den Schlüsselbund zu entsperren.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::KeyProgram</name>
    <message>
        <source>The keyring may be locked: unlock it and try again.</source>
        <translation>Vielleicht ist der Schlüsselbund gesperrt: entsperren Sie ihn und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>What swy says about the keys is not understood.</source>
        <translation>Was swy über die Schlüssel sagt, ist nicht zu verstehen.</translation>
    </message>
    <message>
        <source>It may be of another version than this window: install both together.</source>
        <translation>Vielleicht hat es eine andere Version als dieses Fenster: installieren Sie beide zusammen.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::KeysPage</name>
    <message>
        <source>Built-in agent: Claude models</source>
        <translation>Eingebauter Agent: Claude-Modelle</translation>
    </message>
    <message>
        <source>Built-in agent: OpenAI and alike</source>
        <translation>Eingebauter Agent: OpenAI u. Ä.</translation>
    </message>
    <message>
        <source>in a file only you can read</source>
        <translation>in einer Datei nur für Sie</translation>
    </message>
    <message>
        <source>in the keyring</source>
        <translation>im Schlüsselbund</translation>
    </message>
    <message>
        <source>S&amp;et…</source>
        <translation>&amp;Hinterlegen …</translation>
    </message>
    <message>
        <source>Set an&amp;other…</source>
        <translation>&amp;Weiteren …</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Entfernen …</translation>
    </message>
    <message>
        <source>&amp;Look again</source>
        <translation>Noch einmal &amp;nachsehen</translation>
    </message>
    <message>
        <source>Keys that agents need to reach their models. They can be stored and removed here, never seen. The built-in agent needs one of the first two; agents that sign in by themselves, such as Claude Code and Codex, need none.</source>
        <translation>Schlüssel, mit denen Agenten ihre Modelle erreichen. Sie lassen sich hier hinterlegen und entfernen, aber nie ansehen. Der eingebaute Agent braucht einen der ersten beiden; Agenten, die sich selbst anmelden, etwa Claude Code und Codex, brauchen keinen.</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>For</source>
        <translation>Wofür</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>Verwahrt</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird nachgesehen …</translation>
    </message>
    <message>
        <source>No key is stored yet. Choose a name and press “Set…”.</source>
        <translation>Noch ist kein Schlüssel hinterlegt. Wählen Sie einen Namen und dann „Hinterlegen …“.</translation>
    </message>
    <message>
        <source>Agents that ask for it</source>
        <translation>Agenten, die ihn verlangen</translation>
    </message>
    <message>
        <source>Those that name it in agents.json: “keyring:%1”</source>
        <translation>Solche, die ihn in agents.json nennen: „keyring:%1“</translation>
    </message>
    <message>
        <source>It goes before the variable %1.</source>
        <translation>Er geht der Variablen %1 vor.</translation>
    </message>
    <message>
        <source>given by %1</source>
        <translation>aus %1</translation>
    </message>
    <message>
        <source>The variable is set for this window. An engine that was started elsewhere may not have it; a stored key always counts.</source>
        <translation>Die Variable ist für dieses Fenster gesetzt. Eine anderswo gestartete Engine hat sie vielleicht nicht; ein hinterlegter Schlüssel gilt immer.</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>nicht hinterlegt</translation>
    </message>
    <message>
        <source>Storing “%1”…</source>
        <translation>„%1“ wird hinterlegt …</translation>
    </message>
    <message>
        <source>“%1” is stored %2. Tasks that start from now on get it.</source>
        <translation>„%1“ liegt jetzt %2. Aufgaben, die von nun an beginnen, bekommen ihn.</translation>
    </message>
    <message>
        <source>Remove a key</source>
        <translation>Schlüssel entfernen</translation>
    </message>
    <message>
        <source>Remove the key “%1”?</source>
        <translation>Den Schlüssel „%1“ entfernen?</translation>
    </message>
    <message>
        <source>Tasks that start from then on do not get it. It cannot be brought back from here.</source>
        <translation>Aufgaben, die danach beginnen, bekommen ihn nicht. Von hier aus lässt er sich nicht zurückholen.</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Removing “%1”…</source>
        <translation>„%1“ wird entfernt …</translation>
    </message>
    <message>
        <source>“%1” is removed.</source>
        <translation>„%1“ ist entfernt.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::LogSpool</name>
    <message>
        <source>No temporary file can be made in %1</source>
        <translation>In %1 lässt sich keine Zwischendatei anlegen</translation>
    </message>
    <message>
        <source>The output cannot be kept in a temporary file</source>
        <translation>Die Ausgabe lässt sich nicht in einer Zwischendatei ablegen</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::LogView</name>
    <message>
        <source>… %1 more</source>
        <translation>… %1 weitere</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Matching lines</source>
        <translation>Passende Zeilen</translation>
    </message>
    <message>
        <source>The first %1 matching lines</source>
        <translation>Die ersten %1 passenden Zeilen</translation>
    </message>
    <message>
        <source>%1 matching lines</source>
        <translation>%1 passende Zeilen</translation>
    </message>
    <message>
        <source>%1 matching lines…</source>
        <translation>%1 passende Zeilen …</translation>
    </message>
    <message>
        <source>No output yet</source>
        <translation>Noch keine Ausgabe</translation>
    </message>
    <message>
        <source>What the task’s commands print appears here.</source>
        <translation>Hier erscheint, was die Befehle der Aufgabe ausgeben.</translation>
    </message>
    <message>
        <source>The output cannot be read</source>
        <translation>Die Ausgabe kann nicht gelesen werden</translation>
    </message>
    <message>
        <source>No matching lines</source>
        <translation>Keine passenden Zeilen</translation>
    </message>
    <message numerus="yes">
        <source>%n new lines</source>
        <translation>
            <numerusform>%n neue Zeile</numerusform>
            <numerusform>%n neue Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Goes to the end and follows it</source>
        <translation>Geht ans Ende und folgt ihm</translation>
    </message>
    <message>
        <source>Find…</source>
        <translation>Suchen …</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Voriger Treffer</translation>
    </message>
    <message>
        <source>Filter to matching lines</source>
        <translation>Auf passende Zeilen filtern</translation>
    </message>
    <message>
        <source>Next error</source>
        <translation>Nächster Fehler</translation>
    </message>
    <message>
        <source>Previous error</source>
        <translation>Voriger Fehler</translation>
    </message>
    <message>
        <source>Toggle bookmark</source>
        <translation>Lesezeichen setzen oder entfernen</translation>
    </message>
    <message>
        <source>Next bookmark</source>
        <translation>Nächstes Lesezeichen</translation>
    </message>
    <message>
        <source>Previous bookmark</source>
        <translation>Voriges Lesezeichen</translation>
    </message>
    <message>
        <source>Go to line…</source>
        <translation>Gehe zu Zeile …</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Wrap long lines</source>
        <translation>Lange Zeilen umbrechen</translation>
    </message>
    <message>
        <source>Follow the end</source>
        <translation>Dem Ende folgen</translation>
    </message>
    <message>
        <source>Go to Line</source>
        <translation>Gehe zu Zeile</translation>
    </message>
    <message>
        <source>Line:</source>
        <translation>Zeile:</translation>
    </message>
    <message>
        <source>Copy with times</source>
        <translation>Mit Zeiten kopieren</translation>
    </message>
    <message>
        <source>Show times</source>
        <translation>Zeiten anzeigen</translation>
    </message>
    <message>
        <source>More of the output cannot be read at the moment: %1 It is tried again.</source>
        <translation>Mehr von der Ausgabe lässt sich gerade nicht lesen: %1 Es wird wieder versucht.</translation>
    </message>
    <message>
        <source>The engine is reading the output: %1 of %2</source>
        <translation>Die Ausgabe wird gelesen: %1 von %2</translation>
    </message>
    <message>
        <source>The first %1 of the output are not shown.</source>
        <translation>Die ersten %1 der Ausgabe werden nicht gezeigt.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::MainWindow</name>
    <message>
        <source>Switchyard</source>
        <translation>Switchyard</translation>
    </message>
    <message>
        <source>Filter the task list</source>
        <translation>Aufgabenliste filtern</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtern</translation>
    </message>
    <message>
        <source>The engine is not there: %1 Trying again…</source>
        <translation>Die Maschine ist nicht da: %1 Neuer Versuch …</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Jetzt versuchen</translation>
    </message>
    <message>
        <source>The engine has gone. Your tasks go on without it; connecting again…</source>
        <translation>Die Maschine ist fort. Ihre Aufgaben laufen ohne sie weiter; neue Verbindung …</translation>
    </message>
    <message>
        <source>The tasks could not be read: %1</source>
        <translation>Die Aufgaben konnten nicht gelesen werden: %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Release the queue</source>
        <translation>Warteschlange freigeben</translation>
    </message>
    <message>
        <source>Hold the queue</source>
        <translation>Warteschlange anhalten</translation>
    </message>
    <message>
        <source>Engine: %1 of %2 running</source>
        <comment>tasks, slots</comment>
        <translation>Maschine: %1 von %2 laufen</translation>
    </message>
    <message>
        <source>Engine: %1 running</source>
        <translation>Maschine: %1 laufen</translation>
    </message>
    <message numerus="yes">
        <source>%n queued</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n wartet</numerusform>
            <numerusform>%n warten</numerusform>
        </translation>
    </message>
    <message>
        <source>the queue is held</source>
        <translation>die Warteschlange ist angehalten</translation>
    </message>
    <message>
        <source>Connecting to the engine…</source>
        <translation>Verbindung zur Maschine …</translation>
    </message>
    <message>
        <source>No engine</source>
        <translation>Keine Maschine</translation>
    </message>
    <message>
        <source>today %1</source>
        <translation>heute %1</translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) you (%1)</source>
        <translation>
            <numerusform>%n braucht Sie (%1)</numerusform>
            <numerusform>%n brauchen Sie (%1)</numerusform>
        </translation>
    </message>
    <message>
        <source>(%1) Switchyard</source>
        <translation>(%1) Switchyard</translation>
    </message>
    <message>
        <source>Choose a project first: the folder to work in.</source>
        <translation>Wählen Sie zuerst ein Projekt: den Ordner, in dem gearbeitet wird.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen …</translation>
    </message>
    <message>
        <source>Your confirmation code is set.</source>
        <translation>Ihr Bestätigungscode ist gesetzt.</translation>
    </message>
    <message>
        <source>Nothing needs you.</source>
        <translation>Nichts braucht Sie.</translation>
    </message>
    <message>
        <source>Switchyard is still here</source>
        <translation>Switchyard ist noch da</translation>
    </message>
    <message>
        <source>Your tasks go on. The window comes back from the icon in the tray, where you can also quit.</source>
        <translation>Ihre Aufgaben laufen weiter. Über das Symbol in der Leiste kommt das Fenster zurück; dort können Sie es auch beenden.</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message numerus="yes">
        <source>Cancel %n task(s)</source>
        <translation>
            <numerusform>%n Aufgabe abbrechen</numerusform>
            <numerusform>%n Aufgaben abbrechen</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>Retry %n task(s)</source>
        <translation>
            <numerusform>%n Aufgabe erneut starten</numerusform>
            <numerusform>%n Aufgaben erneut starten</numerusform>
        </translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archivieren</translation>
    </message>
    <message>
        <source>Back from the archive</source>
        <translation>Aus dem Archiv zurück</translation>
    </message>
    <message>
        <source>Words in title, goal, project or id; also status:failed, project:…, agent:…, priority:high, branch:…</source>
        <translation>Wörter in Titel, Ziel, Projekt oder Kennung; auch status:failed, project:…, agent:…, priority:high, branch:…</translation>
    </message>
    <message>
        <source>No task is under way.</source>
        <translation>Keine Aufgabe ist im Gange.</translation>
    </message>
    <message>
        <source>There is no task %1.</source>
        <translation>Es gibt keine Aufgabe %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n task(s) are under way: name the one you mean, such as “cancel %1”.</source>
        <translation>
            <numerusform>%n Aufgabe ist im Gange: Nennen Sie die gemeinte, etwa „cancel %1“.</numerusform>
            <numerusform>%n Aufgaben sind im Gange: Nennen Sie die gemeinte, etwa „cancel %1“.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) you</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n braucht Sie</numerusform>
            <numerusform>%n brauchen Sie</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n läuft</numerusform>
            <numerusform>%n laufen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ready for review</source>
        <comment>tasks</comment>
        <translation>
            <numerusform>%n bereit zur Durchsicht</numerusform>
            <numerusform>%n bereit zur Durchsicht</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is under way.</source>
        <translation>Nichts ist im Gange.</translation>
    </message>
    <message>
        <source>Allowed: %1</source>
        <translation>Erlaubt: %1</translation>
    </message>
    <message>
        <source>Refused: %1</source>
        <translation>Abgelehnt: %1</translation>
    </message>
    <message>
        <source>The agent has your comments.</source>
        <translation>Der Agent hat Ihre Bemerkungen.</translation>
    </message>
    <message>
        <source>This is how a task tells you something</source>
        <translation>So meldet sich eine Aufgabe bei Ihnen</translation>
    </message>
    <message>
        <source>A click on such a message opens the task.</source>
        <translation>Ein Klick auf so eine Nachricht öffnet die Aufgabe.</translation>
    </message>
    <message>
        <source>today %1 of %2</source>
        <translation>heute %1 von %2</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::MergeDialog</name>
    <message>
        <source>&amp;Delete the branch %1 afterwards</source>
        <translation>Den Zweig %1 danach &amp;löschen</translation>
    </message>
    <message>
        <source>Merge the change</source>
        <translation>Änderung zusammenführen</translation>
    </message>
    <message>
        <source>the branch it came from</source>
        <translation>den Zweig, von dem sie ausging</translation>
    </message>
    <message>
        <source>Merge “%1” into %2?</source>
        <translation>„%1“ in %2 zusammenführen?</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) changed, +%1 −%2. The task&apos;s worktree is removed when that is done.</source>
        <translation>
            <numerusform>%n Datei geändert, +%1 −%2. Das Arbeitsverzeichnis der Aufgabe wird danach entfernt.</numerusform>
            <numerusform>%n Dateien geändert, +%1 −%2. Das Arbeitsverzeichnis der Aufgabe wird danach entfernt.</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Merge</source>
        <translation>&amp;Zusammenführen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Looking for conflicts…</source>
        <translation>Konflikte werden gesucht …</translation>
    </message>
    <message>
        <source>✓ No conflicts.</source>
        <translation>✓ Keine Konflikte.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::MessageBar</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::Notifier</name>
    <message>
        <source>“%1” needs your code</source>
        <translation>„%1“ braucht Ihren Code</translation>
    </message>
    <message>
        <source>%1
It wants to run: %2</source>
        <translation>%1
Es will ausführen: %2</translation>
    </message>
    <message>
        <source>Look at it…</source>
        <translation>Ansehen …</translation>
    </message>
    <message>
        <source>“%1” asks you</source>
        <translation>„%1“ fragt Sie</translation>
    </message>
    <message>
        <source>Answer…</source>
        <translation>Antworten …</translation>
    </message>
    <message>
        <source>“%1”: %2</source>
        <comment>title: state</comment>
        <translation>„%1“: %2</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Durchsehen</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… und %n weitere</numerusform>
            <numerusform>… und %n weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n task(s) ended, %1 of them well</source>
        <translation>
            <numerusform>%n Aufgabe beendet, %1 davon gut</numerusform>
            <numerusform>%n Aufgaben beendet, %1 davon gut</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::PaletteDialog</name>
    <message>
        <source>Palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Find a task or an action</source>
        <translation>Eine Aufgabe oder Aktion finden</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::Pane</name>
    <message>
        <source>Drag to move this pane; double click takes it out or puts it back</source>
        <translation>Ziehen bewegt diesen Bereich; Doppelklick löst ihn heraus oder setzt ihn zurück</translation>
    </message>
    <message>
        <source>Take this pane out, or put it back</source>
        <translation>Diesen Bereich herauslösen oder zurücksetzen</translation>
    </message>
    <message>
        <source>Close this pane</source>
        <translation>Diesen Bereich schließen</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::PhaseBar</name>
    <message>
        <source>Phase %1, %2 %</source>
        <translation>Phase %1, %2 %</translation>
    </message>
    <message>
        <source>step %1/%2</source>
        <translation>Schritt %1/%2</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>elapsed time of allowed time</comment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::PlanView</name>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>to do</source>
        <translation>zu tun</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>state of a step: the step</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>There is no plan yet.</source>
        <translation>Es gibt noch keinen Plan.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ProjectsPage</name>
    <message>
        <source>A&amp;dd</source>
        <translation>&amp;Hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Durchsuchen…</translation>
    </message>
    <message>
        <source>Take off the &amp;list</source>
        <translation>Von der &amp;Liste nehmen</translation>
    </message>
    <message>
        <source>Its &amp;rules…</source>
        <translation>Seine &amp;Regeln…</translation>
    </message>
    <message>
        <source>Change the &amp;limit…</source>
        <translation>&amp;Grenze ändern…</translation>
    </message>
    <message>
        <source>The folders and repositories that tasks work in. Those on the list are offered beside the command field; the others only have tasks.</source>
        <translation>Die Ordner und Repositorys, in denen Aufgaben arbeiten. Die auf der Liste werden neben dem Befehlsfeld angeboten; die anderen haben nur Aufgaben.</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>Projekte</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Its rules</source>
        <translation>Eigene Regeln</translation>
    </message>
    <message>
        <source>Folder to add</source>
        <translation>Ordner zum Hinzufügen</translation>
    </message>
    <message>
        <source>Folder to add, such as ~/code/shop</source>
        <translation>Ordner zum Hinzufügen, etwa ~/arbeit/laden</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird nachgesehen …</translation>
    </message>
    <message numerus="yes">
        <source>In each project at most %n task(s) run at once, of %1 in all.</source>
        <translation>
            <numerusform>In jedem Projekt läuft höchstens %n Aufgabe zugleich, von %1 insgesamt.</numerusform>
            <numerusform>In jedem Projekt laufen höchstens %n Aufgaben zugleich, von %1 insgesamt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Projects have no limit of their own: at most %n task(s) run at once, in all of them together.</source>
        <translation>
            <numerusform>Projekte haben keine eigene Grenze: in allen zusammen läuft höchstens %n Aufgabe zugleich.</numerusform>
            <numerusform>Projekte haben keine eigene Grenze: in allen zusammen laufen höchstens %n Aufgaben zugleich.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) you</source>
        <translation>
            <numerusform>%n braucht Sie</numerusform>
            <numerusform>%n brauchen Sie</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n läuft</numerusform>
            <numerusform>%n laufen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queued</source>
        <translation>
            <numerusform>%n wartet</numerusform>
            <numerusform>%n warten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in all</source>
        <translation>
            <numerusform>%n insgesamt</numerusform>
            <numerusform>%n insgesamt</numerusform>
        </translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>…</source>
        <translation>…</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>nicht da</translation>
    </message>
    <message>
        <source>Git, %1</source>
        <translation>Git, %1</translation>
    </message>
    <message>
        <source>no repository</source>
        <translation>kein Repository</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>gutgeheißen</translation>
    </message>
    <message>
        <source>to be approved</source>
        <translation>zu prüfen</translation>
    </message>
    <message>
        <source>changed, to be approved</source>
        <translation>geändert, zu prüfen</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>There is no project yet: add the folder to work in.</source>
        <translation>Noch gibt es kein Projekt: fügen Sie den Ordner hinzu, in dem gearbeitet wird.</translation>
    </message>
    <message>
        <source>It cannot be written: tasks would fail in it.</source>
        <translation>Er ist nicht beschreibbar: Aufgaben würden darin scheitern.</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) in it are not committed; tasks begin with the last commit.</source>
        <translation>
            <numerusform>%n Datei darin ist nicht eingetragen; Aufgaben beginnen mit dem letzten Commit.</numerusform>
            <numerusform>%n Dateien darin sind nicht eingetragen; Aufgaben beginnen mit dem letzten Commit.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not on the list of the project field.</source>
        <translation>Es steht nicht auf der Liste des Projektfelds.</translation>
    </message>
    <message>
        <source>Put on the &amp;list</source>
        <translation>Auf die &amp;Liste setzen</translation>
    </message>
    <message>
        <source>“%1” is not the full name of a folder.</source>
        <translation>„%1“ ist nicht der volle Name eines Ordners.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Es gibt keinen Ordner %1.</translation>
    </message>
    <message>
        <source>“%1” is on the list.</source>
        <translation>„%1“ steht auf der Liste.</translation>
    </message>
    <message>
        <source>Choose the project&apos;s folder</source>
        <translation>Ordner des Projekts wählen</translation>
    </message>
    <message>
        <source>“%1” is off the list. Its folder and its tasks stay as they are.</source>
        <translation>„%1“ steht nicht mehr auf der Liste. Ordner und Aufgaben bleiben, wie sie sind.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::RecoveryDialog</name>
    <message>
        <source>Looking…</source>
        <translation>Wird nachgesehen …</translation>
    </message>
    <message>
        <source>Bring files back</source>
        <translation>Dateien zurückholen</translation>
    </message>
    <message>
        <source>Files of “%1” as they were</source>
        <translation>Dateien von „%1“, wie sie waren</translation>
    </message>
    <message>
        <source>Recovery points</source>
        <translation>Rückkehrpunkte</translation>
    </message>
    <message>
        <source>&amp;Bring back</source>
        <translation>&amp;Zurückholen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Nothing was kept: no command of it had to be confirmed.</source>
        <translation>Nichts wurde aufgehoben: Kein Befehl musste bestätigt werden.</translation>
    </message>
    <message>
        <source>Kept before each command that you confirmed. Files that came since go; how they are now is kept as a further point, and what git ignores stays as it is.</source>
        <translation>Aufgehoben vor jedem Befehl, den Sie bestätigt haben. Seither entstandene Dateien verschwinden; der jetzige Stand wird als weiterer Punkt aufgehoben, und was git ignoriert, bleibt.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::RuleDialog</name>
    <message>
        <source>Add a rule</source>
        <translation>Regel hinzufügen</translation>
    </message>
    <message>
        <source>Change a rule</source>
        <translation>Regel ändern</translation>
    </message>
    <message>
        <source>such as terraform tofu</source>
        <translation>etwa terraform tofu</translation>
    </message>
    <message>
        <source>such as apply, state rm; empty: whatever follows</source>
        <translation>etwa apply, state rm; leer: was immer folgt</translation>
    </message>
    <message>
        <source>such as --prod; empty: with or without any</source>
        <translation>etwa --prod; leer: mit und ohne Optionen</translation>
    </message>
    <message>
        <source>what you are told when you are asked</source>
        <translation>was Ihnen gesagt wird, wenn Sie gefragt werden</translation>
    </message>
    <message>
        <source>Asks for the code</source>
        <translation>Fragt nach dem Code</translation>
    </message>
    <message>
        <source>Is refused</source>
        <translation>Wird abgelehnt</translation>
    </message>
    <message>
        <source>Runs without asking</source>
        <translation>Läuft ohne Nachfrage</translation>
    </message>
    <message>
        <source>&amp;Programs:</source>
        <translation>&amp;Programme:</translation>
    </message>
    <message>
        <source>&amp;Sub-commands:</source>
        <translation>&amp;Unterbefehle:</translation>
    </message>
    <message>
        <source>With one of these &amp;options:</source>
        <translation>Mit einer dieser &amp;Optionen:</translation>
    </message>
    <message>
        <source>&amp;What happens:</source>
        <translation>&amp;Was geschieht:</translation>
    </message>
    <message>
        <source>&amp;Reason:</source>
        <translation>&amp;Grund:</translation>
    </message>
    <message>
        <source>&amp;Keep the rule</source>
        <translation>Regel &amp;behalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>It is about commands of these programs, wherever they stand in a line. Shells and programs that run others cannot be allowed as a whole.</source>
        <translation>Sie gilt für Befehle dieser Programme, wo immer sie in einer Zeile stehen. Shells und Programme, die andere starten, können nicht im Ganzen erlaubt werden.</translation>
    </message>
    <message>
        <source>Checking it…</source>
        <translation>Wird geprüft …</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::RulesPage</name>
    <message>
        <source>allowed</source>
        <translation>erlaubt</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>asks for the code</source>
        <translation>fragt nach dem Code</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Hinzufügen …</translation>
    </message>
    <message>
        <source>Chan&amp;ge…</source>
        <translation>Än&amp;dern …</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Entfernen …</translation>
    </message>
    <message>
        <source>A&amp;pprove</source>
        <translation>&amp;Gutheißen</translation>
    </message>
    <message>
        <source>Re&amp;voke</source>
        <translation>&amp;Widerrufen</translation>
    </message>
    <message>
        <source>Your own rules say which commands wait for your code, are refused, or run without asking. A project may bring rules that ask for more; they count once you have approved exactly what is shown. Changes count from the next task on.</source>
        <translation>Ihre eigenen Regeln sagen, welche Befehle auf Ihren Code warten, abgelehnt werden oder ohne Nachfrage laufen. Ein Projekt kann Regeln mitbringen, die mehr verlangen; sie gelten, sobald Sie genau das Gezeigte gutgeheißen haben. Änderungen gelten ab der nächsten Aufgabe.</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>What happens</source>
        <translation>Was geschieht</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Woher</translation>
    </message>
    <message>
        <source>About the rule</source>
        <translation>Zur Regel</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird nachgesehen …</translation>
    </message>
    <message>
        <source>Your own</source>
        <translation>Ihre eigenen</translation>
    </message>
    <message>
        <source>every command asks</source>
        <translation>jeder Befehl fragt</translation>
    </message>
    <message>
        <source>none: the built-in rules alone count</source>
        <translation>keine: es gelten nur die eingebauten Regeln</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>gutgeheißen</translation>
    </message>
    <message>
        <source>to be approved</source>
        <translation>zu prüfen</translation>
    </message>
    <message>
        <source>changed, to be approved</source>
        <translation>geändert, zu prüfen</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>Project “%1”</source>
        <translation>Projekt „%1“</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>The rule is kept. It counts from the next task on.</source>
        <translation>Die Regel ist gespeichert. Sie gilt ab der nächsten Aufgabe.</translation>
    </message>
    <message>
        <source>Remove a rule</source>
        <translation>Regel entfernen</translation>
    </message>
    <message>
        <source>Remove your rule about %1?</source>
        <translation>Ihre Regel über %1 entfernen?</translation>
    </message>
    <message>
        <source>From the next task on the built-in rules alone judge such commands.</source>
        <translation>Ab der nächsten Aufgabe beurteilen allein die eingebauten Regeln solche Befehle.</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>The rule is removed.</source>
        <translation>Die Regel ist entfernt.</translation>
    </message>
    <message>
        <source>The rules are approved. They count from the next task on, until one of them changes.</source>
        <translation>Die Regeln sind gutgeheißen. Sie gelten ab der nächsten Aufgabe, bis sich eine ändert.</translation>
    </message>
    <message>
        <source>The rules do not count any more from the next task on.</source>
        <translation>Ab der nächsten Aufgabe gelten die Regeln nicht mehr.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::SearchBar</name>
    <message>
        <source>Find in the output</source>
        <translation>In der Ausgabe suchen</translation>
    </message>
    <message>
        <source>Match case</source>
        <translation>Groß- und Kleinschreibung</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>Regulärer Ausdruck</translation>
    </message>
    <message>
        <source>Previous match (Shift+F3)</source>
        <translation>Voriger Treffer (Umschalt+F3)</translation>
    </message>
    <message>
        <source>Next match (F3)</source>
        <translation>Nächster Treffer (F3)</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtern</translation>
    </message>
    <message>
        <source>Show the matching lines in a pane of their own</source>
        <translation>Die passenden Zeilen in einem eigenen Bereich zeigen</translation>
    </message>
    <message>
        <source>Close the search (Esc)</source>
        <translation>Suche schließen (Esc)</translation>
    </message>
    <message>
        <source>%1…</source>
        <comment>counting, so far</comment>
        <translation>%1 …</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>%n matches</source>
        <translation>
            <numerusform>%n Treffer</numerusform>
            <numerusform>%n Treffer</numerusform>
        </translation>
    </message>
    <message>
        <source>No matches</source>
        <translation>Keine Treffer</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Pages of the settings</source>
        <translation>Seiten der Einstellungen</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Confirmation code</source>
        <translation>Bestätigungscode</translation>
    </message>
    <message>
        <source>Agents</source>
        <translation>Agenten</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Show an icon in the &amp;tray</source>
        <translation>Ein Symbol in der &amp;Leiste zeigen</translation>
    </message>
    <message>
        <source>Stay in the tray when the window is &amp;closed</source>
        <translation>In der Leiste bleiben, wenn das Fenster &amp;geschlossen wird</translation>
    </message>
    <message>
        <source>&amp;Delete a task&apos;s branch after it is merged</source>
        <translation>&amp;Den Zweig einer Aufgabe nach dem Zusammenführen löschen</translation>
    </message>
    <message>
        <source>Show the &amp;details beside a task</source>
        <translation>E&amp;inzelheiten neben einer Aufgabe zeigen</translation>
    </message>
    <message>
        <source>Tasks belong to the engine: they go on when this window is closed.</source>
        <translation>Aufgaben gehören der Maschine: Sie laufen weiter, wenn dieses Fenster geschlossen wird.</translation>
    </message>
    <message>
        <source>Commands that delete, overwrite, force or raise privileges wait for this code. It is kept only as a salted, slow hash; five wrong tries refuse the command.</source>
        <translation>Befehle, die löschen, überschreiben, erzwingen oder Rechte erhöhen, warten auf diesen Code. Er wird nur als gesalzener, langsamer Hash gespeichert; fünf falsche Versuche lehnen den Befehl ab.</translation>
    </message>
    <message>
        <source>&amp;Look again</source>
        <translation>&amp;Noch einmal nachsehen</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>&amp;Colours:</source>
        <translation>&amp;Farben:</translation>
    </message>
    <message>
        <source>Fonts and their sizes are the system&apos;s.</source>
        <translation>Schriften und ihre Größen sind die des Systems.</translation>
    </message>
    <message>
        <source>&amp;Editor:</source>
        <translation>&amp;Editor:</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>Editor</translation>
    </message>
    <message>
        <source>Shows the files that the output names. %f is the file, %l the line.</source>
        <translation>Zeigt die Dateien, die die Ausgabe nennt. %f ist die Datei, %l die Zeile.</translation>
    </message>
    <message>
        <source>such as “kate --line %l %f”</source>
        <translation>etwa „kate --line %l %f“</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>Limits and sandbox</source>
        <translation>Grenzen und Abschottung</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>This desktop shows no tray icons: closing the window ends it.</source>
        <translation>Diese Oberfläche zeigt keine Symbole im Infobereich: Das Schließen des Fensters beendet es.</translation>
    </message>
    <message>
        <source>A code is set.</source>
        <translation>Ein Code ist gesetzt.</translation>
    </message>
    <message>
        <source>No code is set: such commands are refused.</source>
        <translation>Kein Code ist gesetzt: Solche Befehle werden abgelehnt.</translation>
    </message>
    <message>
        <source>&amp;Change the code…</source>
        <translation>Code &amp;ändern …</translation>
    </message>
    <message>
        <source>&amp;Choose a code…</source>
        <translation>Code &amp;wählen …</translation>
    </message>
    <message>
        <source>Tasks to start again and again. The trigger, typed alone into the command field, opens one. Your own are files in %1; one with the name of a built-in template replaces it.</source>
        <translation>Aufgaben, die man immer wieder beginnt. Das Stichwort, allein in das Befehlsfeld getippt, öffnet eine. Ihre eigenen sind Dateien in %1; eine mit dem Namen einer eingebauten Vorlage ersetzt diese.</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Trigger</source>
        <translation>Stichwort</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>Gemacht von</translation>
    </message>
    <message>
        <source>&amp;Open the folder</source>
        <translation>Den Ordner &amp;öffnen</translation>
    </message>
    <message>
        <source>Switchyard</source>
        <translation>Switchyard</translation>
    </message>
    <message>
        <source>you</source>
        <translation>Ihnen</translation>
    </message>
    <message>
        <source>The language changes when the window is opened the next time.</source>
        <translation>Die Sprache wechselt, wenn das Fenster das nächste Mal geöffnet wird.</translation>
    </message>
    <message>
        <source>&amp;Language:</source>
        <translation>&amp;Sprache:</translation>
    </message>
    <message>
        <source>Notify me at once when a task &amp;needs me</source>
        <translation>Sofort melden, wenn eine Aufgabe &amp;mich braucht</translation>
    </message>
    <message>
        <source>Notify me when tasks &amp;end</source>
        <translation>Melden, wenn Aufgaben &amp;enden</translation>
    </message>
    <message>
        <source>Nothing is said about a task that is on screen, nor while the desktop is set to “do not disturb”. Tasks that end together make one notification. A command that waits for your code is never allowed from a notification: it opens the dialog.</source>
        <translation>Über eine Aufgabe, die zu sehen ist, wird nichts gesagt, und auch nichts, solange die Oberfläche auf „Nicht stören“ steht. Aufgaben, die zusammen enden, ergeben eine Benachrichtigung. Ein Befehl, der auf Ihren Code wartet, wird nie aus einer Benachrichtigung erlaubt: Sie öffnet den Dialog.</translation>
    </message>
    <message>
        <source>&amp;Send one to try it</source>
        <translation>Eine zur Probe &amp;senden</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>Projekte</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::ShortcutsPage</name>
    <message>
        <source>&amp;Set</source>
        <translation>&amp;Setzen</translation>
    </message>
    <message>
        <source>&amp;Default</source>
        <translation>&amp;Vorgabe</translation>
    </message>
    <message>
        <source>Action or keys</source>
        <translation>Aktion oder Tasten</translation>
    </message>
    <message>
        <source>Filter the shortcuts</source>
        <translation>Tastenkürzel filtern</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Shortcut</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>New shortcut</source>
        <translation>Neues Tastenkürzel</translation>
    </message>
    <message>
        <source>%1 is taken by “%2”.</source>
        <translation>%1 gehört schon zu „%2“.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::StartFlow</name>
    <message>
        <source>There is no folder %1.</source>
        <translation>Es gibt keinen Ordner %1.</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Not a repository</source>
        <translation>Kein Repository</translation>
    </message>
    <message>
        <source>%1 is not a git repository.</source>
        <translation>%1 ist kein Git-Repository.</translation>
    </message>
    <message>
        <source>In a repository the task works on a branch of its own, which you look at and merge. Run in place, it changes the files of this folder directly.</source>
        <translation>In einem Repository arbeitet die Aufgabe auf einem eigenen Zweig, den Sie durchsehen und zusammenführen. An Ort und Stelle ändert sie die Dateien dieses Ordners unmittelbar.</translation>
    </message>
    <message>
        <source>Make it a repository</source>
        <translation>Zum Repository machen</translation>
    </message>
    <message>
        <source>Run in place</source>
        <translation>An Ort und Stelle ausführen</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>Zurück</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::StartForm</name>
    <message>
        <source>Change the files of the folder &amp;directly, without a branch of its own</source>
        <translation>Die Dateien des Ordners &amp;unmittelbar ändern, ohne eigenen Zweig</translation>
    </message>
    <message>
        <source>New task</source>
        <translation>Neue Aufgabe</translation>
    </message>
    <message>
        <source>What should be built, in plain words; or a command line, if a shell is chosen</source>
        <translation>Was gebaut werden soll, in einfachen Worten; oder eine Befehlszeile, wenn eine Shell gewählt ist</translation>
    </message>
    <message>
        <source>made from the goal</source>
        <translation>wird aus dem Ziel gebildet</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>what the folder is on now</source>
        <translation>worauf der Ordner gerade steht</translation>
    </message>
    <message>
        <source>Shell command</source>
        <translation>Shell-Befehl</translation>
    </message>
    <message>
        <source>the agent&apos;s own choice</source>
        <translation>die Wahl des Agenten</translation>
    </message>
    <message>
        <source>Normal updates</source>
        <translation>Gewöhnliche Meldungen</translation>
    </message>
    <message>
        <source>Detailed updates</source>
        <translation>Ausführliche Meldungen</translation>
    </message>
    <message>
        <source>Minimal updates</source>
        <translation>Knappe Meldungen</translation>
    </message>
    <message>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>&amp;Goal:</source>
        <translation>&amp;Ziel:</translation>
    </message>
    <message>
        <source>&amp;Title:</source>
        <translation>&amp;Titel:</translation>
    </message>
    <message>
        <source>&amp;Project:</source>
        <translation>&amp;Projekt:</translation>
    </message>
    <message>
        <source>From &amp;branch:</source>
        <translation>Vom Z&amp;weig:</translation>
    </message>
    <message>
        <source>&amp;Agent:</source>
        <translation>&amp;Agent:</translation>
    </message>
    <message>
        <source>P&amp;riority:</source>
        <translation>Vo&amp;rrang:</translation>
    </message>
    <message>
        <source>Starts a&amp;fter:</source>
        <translation>Beginnt &amp;nach:</translation>
    </message>
    <message>
        <source>Run t&amp;ime:</source>
        <translation>&amp;Laufzeit:</translation>
    </message>
    <message>
        <source>St&amp;eps:</source>
        <translation>S&amp;chritte:</translation>
    </message>
    <message>
        <source>&amp;Updates:</source>
        <translation>M&amp;eldungen:</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Choose the project&apos;s folder</source>
        <translation>Ordner des Projekts wählen</translation>
    </message>
    <message>
        <source>Standard: only the task&apos;s folder, no keys</source>
        <translation>Standard: nur der Ordner der Aufgabe, keine Schlüssel</translation>
    </message>
    <message>
        <source>Strict: no home and no network either</source>
        <translation>Streng: auch kein persönlicher Ordner und kein Netz</translation>
    </message>
    <message>
        <source>Off: reaches all that you reach</source>
        <translation>Aus: erreicht alles, was Sie erreichen</translation>
    </message>
    <message>
        <source>as in the settings</source>
        <translation>wie in den Einstellungen</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>Only the task&apos;s own servers</source>
        <translation>Nur eigene Server der Aufgabe</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>%1 (as in the settings)</source>
        <translation>%1 (wie in den Einstellungen)</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>Start and limits</source>
        <translation>Beginn und Grenzen</translation>
    </message>
    <message>
        <source>Surroundings</source>
        <translation>Umgebung</translation>
    </message>
    <message>
        <source>none: say it in your own words</source>
        <translation>keine: mit eigenen Worten</translation>
    </message>
    <message>
        <source>plain</source>
        <translation>schlicht</translation>
    </message>
    <message>
        <source>Te&amp;mplate:</source>
        <translation>&amp;Vorlage:</translation>
    </message>
    <message>
        <source>Its t&amp;ype:</source>
        <translation>Seine A&amp;rt:</translation>
    </message>
    <message>
        <source>M&amp;odel:</source>
        <translation>M&amp;odell:</translation>
    </message>
    <message>
        <source>Not before:</source>
        <translation>Nicht vor:</translation>
    </message>
    <message>
        <source>Not before</source>
        <translation>Nicht vor</translation>
    </message>
    <message>
        <source> MiB</source>
        <translation> MiB</translation>
    </message>
    <message>
        <source>also when it has failed</source>
        <translation>auch wenn sie fehlgeschlagen ist</translation>
    </message>
    <message>
        <source>also when its time was up</source>
        <translation>auch wenn ihre Zeit um war</translation>
    </message>
    <message>
        <source>&amp;Budget:</source>
        <translation>&amp;Budget:</translation>
    </message>
    <message>
        <source>&amp;Memory:</source>
        <translation>S&amp;peicher:</translation>
    </message>
    <message>
        <source>Waits for a &amp;code:</source>
        <translation>Wartet auf einen Co&amp;de:</translation>
    </message>
    <message>
        <source>Attem&amp;pts:</source>
        <translation>Vers&amp;uche:</translation>
    </message>
    <message>
        <source>Other folders that it may write, one a line</source>
        <translation>Andere Ordner, in die er schreiben darf, je Zeile einer</translation>
    </message>
    <message>
        <source>What the agent is to keep to, beside the goal: rules, style, what not to touch</source>
        <translation>Woran sich der Agent neben dem Ziel halten soll: Regeln, Stil, was nicht anzurühren ist</translation>
    </message>
    <message>
        <source>&amp;Sandbox:</source>
        <translation>&amp;Abschottung:</translation>
    </message>
    <message>
        <source>&amp;Network:</source>
        <translation>&amp;Netz:</translation>
    </message>
    <message>
        <source>S&amp;hell:</source>
        <translation>S&amp;hell:</translation>
    </message>
    <message>
        <source>&amp;Folders:</source>
        <translation>&amp;Ordner:</translation>
    </message>
    <message>
        <source>&amp;Instructions:</source>
        <translation>An&amp;weisungen:</translation>
    </message>
    <message>
        <source>Mod&amp;e:</source>
        <translation>Mo&amp;dus:</translation>
    </message>
    <message>
        <source>Say what should be done.</source>
        <translation>Sagen Sie, was getan werden soll.</translation>
    </message>
    <message>
        <source>Choose the folder to work in.</source>
        <translation>Wählen Sie den Ordner, in dem gearbeitet wird.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::SwyProgram</name>
    <message>
        <source>No pipe could be made for swy.</source>
        <translation>Für swy ließ sich keine Pipe anlegen.</translation>
    </message>
    <message>
        <source>This is too long; nothing was stored.</source>
        <translation>Das ist zu lang; nichts wurde gespeichert.</translation>
    </message>
    <message>
        <source>%1 cannot be started: %2</source>
        <translation>%1 lässt sich nicht starten: %2</translation>
    </message>
    <message>
        <source>It belongs to Switchyard. Install Switchyard anew.</source>
        <translation>Es gehört zu Switchyard. Installieren Sie Switchyard neu.</translation>
    </message>
    <message>
        <source>%1 said more than it should.</source>
        <translation>%1 hat mehr gesagt, als es sollte.</translation>
    </message>
    <message numerus="yes">
        <source>%1 did not answer within %n second(s).</source>
        <translation>
            <numerusform>%1 hat innerhalb von %n Sekunde nicht geantwortet.</numerusform>
            <numerusform>%1 hat innerhalb von %n Sekunden nicht geantwortet.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 failed and did not say why.</source>
        <translation>%1 ist fehlgeschlagen und hat nicht gesagt, warum.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::TaskCommands</name>
    <message>
        <source>Go back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Cancel task</source>
        <translation>Aufgabe abbrechen</translation>
    </message>
    <message>
        <source>Cancel “%1”?</source>
        <translation>„%1“ abbrechen?</translation>
    </message>
    <message>
        <source>Its agent and all its processes end at once. What it has done so far is kept on its branch.</source>
        <translation>Ihr Agent und alle ihre Prozesse enden sofort. Was sie bisher getan hat, bleibt auf ihrem Zweig.</translation>
    </message>
    <message>
        <source>Cancel the task</source>
        <translation>Aufgabe abbrechen</translation>
    </message>
    <message>
        <source>“%1” starts again.</source>
        <translation>„%1“ beginnt von neuem.</translation>
    </message>
    <message>
        <source>“%1” is merged into %2.</source>
        <translation>„%1“ ist in %2 zusammengeführt.</translation>
    </message>
    <message>
        <source>Discard the change</source>
        <translation>Änderung verwerfen</translation>
    </message>
    <message>
        <source>Discard the change of “%1”?</source>
        <translation>Die Änderung von „%1“ verwerfen?</translation>
    </message>
    <message numerus="yes">
        <source>Its branch %1 and its worktree are removed. %n changed file(s) are lost. The log stays.</source>
        <translation>
            <numerusform>Ihr Zweig %1 und ihr Arbeitsverzeichnis werden entfernt. %n geänderte Datei geht verloren. Das Protokoll bleibt.</numerusform>
            <numerusform>Ihr Zweig %1 und ihr Arbeitsverzeichnis werden entfernt. %n geänderte Dateien gehen verloren. Das Protokoll bleibt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>The change of “%1” is discarded.</source>
        <translation>Die Änderung von „%1“ ist verworfen.</translation>
    </message>
    <message>
        <source>Delete task</source>
        <translation>Aufgabe löschen</translation>
    </message>
    <message>
        <source>Delete “%1” from the list?</source>
        <translation>„%1“ aus der Liste löschen?</translation>
    </message>
    <message>
        <source>Its logs and its worktree are removed. What was merged stays.</source>
        <translation>Ihre Protokolle und ihr Arbeitsverzeichnis werden entfernt. Was zusammengeführt wurde, bleibt.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>The agent gets your message with its next turn.</source>
        <translation>Der Agent erhält Ihre Nachricht, wenn er wieder an der Reihe ist.</translation>
    </message>
    <message numerus="yes">
        <source>Cancel %n task(s)?</source>
        <translation>
            <numerusform>%n Aufgabe abbrechen?</numerusform>
            <numerusform>%n Aufgaben abbrechen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel them</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>%n task(s) start again.</source>
        <translation>
            <numerusform>%n Aufgabe startet erneut.</numerusform>
            <numerusform>%n Aufgaben starten erneut.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) that were never merged are lost.</source>
        <translation>
            <numerusform>%n nie zusammengeführte Änderung geht verloren.</numerusform>
            <numerusform>%n nie zusammengeführte Änderungen gehen verloren.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n task(s) from the list?</source>
        <translation>
            <numerusform>%n Aufgabe aus der Liste löschen?</numerusform>
            <numerusform>%n Aufgaben aus der Liste löschen?</numerusform>
        </translation>
    </message>
    <message>
        <source>The files of “%1” are as they were then.</source>
        <translation>Die Dateien von „%1“ sind wieder wie damals.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::TaskHeader</name>
    <message>
        <source>Waits for your code: %1</source>
        <translation>Wartet auf Ihren Code: %1</translation>
    </message>
    <message>
        <source>Asks you: %1</source>
        <translation>Fragt Sie: %1</translation>
    </message>
    <message>
        <source>Look at it…</source>
        <translation>Ansehen …</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>✓ Merged into %1</source>
        <translation>✓ Zusammengeführt in %1</translation>
    </message>
    <message>
        <source>The change is on %1; there is nothing left to do here.</source>
        <translation>Die Änderung ist auf %1; hier ist nichts mehr zu tun.</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::TaskListModel</name>
    <message numerus="yes">
        <source>%1, %n task(s)</source>
        <comment>name of a group of tasks</comment>
        <translation>
            <numerusform>%1, %n Aufgabe</numerusform>
            <numerusform>%1, %n Aufgaben</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>switchyard::ui::TaskListView</name>
    <message>
        <source>Tasks</source>
        <translation>Aufgaben</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::TaskPage</name>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>Choose a task at the left, or start one with the field above.</source>
        <translation>Wählen Sie links eine Aufgabe oder starten Sie eine mit dem Feld oben.</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Nothing has been changed yet.</source>
        <translation>Bisher ist nichts geändert.</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>Search in the activity</source>
        <translation>Im Verlauf suchen</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>Suche schließen</translation>
    </message>
    <message>
        <source>Message to the task</source>
        <translation>Nachricht an die Aufgabe</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Changes +%1 −%2</source>
        <translation>Änderungen +%1 −%2</translation>
    </message>
    <message>
        <source>Message to the agent; it reads it with its next turn</source>
        <translation>Nachricht an den Agenten; er liest sie, wenn er wieder an der Reihe ist</translation>
    </message>
    <message>
        <source>Your answer</source>
        <translation>Ihre Antwort</translation>
    </message>
    <message>
        <source>Plan %1/%2</source>
        <translation>Plan %1/%2</translation>
    </message>
    <message>
        <source>Merged into %1.</source>
        <translation>Zusammengeführt in %1.</translation>
    </message>
    <message>
        <source>(no output)</source>
        <translation>(keine Ausgabe)</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
    <message>
        <source>quiet for %1; its process is alive and answers</source>
        <translation>still seit %1; ihr Prozess lebt und antwortet</translation>
    </message>
    <message>
        <source>quiet for %1; its process is alive but does not answer</source>
        <translation>still seit %1; ihr Prozess lebt, antwortet aber nicht</translation>
    </message>
    <message>
        <source>quiet for %1; its process is gone</source>
        <translation>still seit %1; ihr Prozess ist fort</translation>
    </message>
    <message>
        <source>no conflicts with %1</source>
        <translation>keine Konflikte mit %1</translation>
    </message>
    <message>
        <source>Attempts %1</source>
        <translation>Versuche %1</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>Output of attempt %1</source>
        <translation>Ausgabe von Versuch %1</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::TemplateFields</name>
    <message>
        <source>Goal as it will be</source>
        <translation>Das Ziel, wie es sein wird</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::Tray</name>
    <message numerus="yes">
        <source>Switchyard: %n need(s) you</source>
        <translation>
            <numerusform>Switchyard: %n braucht Sie</numerusform>
            <numerusform>Switchyard: %n brauchen Sie</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Switchyard: %n running</source>
        <translation>
            <numerusform>Switchyard: %n läuft</numerusform>
            <numerusform>Switchyard: %n laufen</numerusform>
        </translation>
    </message>
    <message>
        <source>Switchyard: idle</source>
        <translation>Switchyard: nichts zu tun</translation>
    </message>
    <message>
        <source>Show the window</source>
        <translation>Fenster zeigen</translation>
    </message>
    <message>
        <source>Needs you: %1</source>
        <translation>Braucht Sie: %1</translation>
    </message>
    <message>
        <source>%1 – %2 %</source>
        <translation>%1 – %2 %</translation>
    </message>
</context>
<context>
    <name>switchyard::ui::WelcomePage</name>
    <message>
        <source>Reading the tasks…</source>
        <translation>Aufgaben werden gelesen …</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <source>Welcome to Switchyard</source>
        <translation>Willkommen bei Switchyard</translation>
    </message>
    <message>
        <source>Start a coding task, carry on with your own work, and look at the change when it is done. Nothing destructive runs without your code.</source>
        <translation>Starten Sie eine Programmieraufgabe, arbeiten Sie weiter und sehen Sie sich die Änderung an, wenn sie fertig ist. Nichts Zerstörendes läuft ohne Ihren Code.</translation>
    </message>
    <message>
        <source>See it work</source>
        <translation>Sehen, wie es geht</translation>
    </message>
    <message>
        <source>A small repository, a real agent, real files and tests – only the model&apos;s words are recorded. No key and no network needed.</source>
        <translation>Ein kleines Repository, ein echter Agent, echte Dateien und Tests – nur die Worte des Modells sind aufgezeichnet. Ohne Schlüssel und ohne Netz.</translation>
    </message>
    <message>
        <source>&amp;Play the demo</source>
        <translation>&amp;Vorführung zeigen</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>Einen Ordner hinzufügen</translation>
    </message>
    <message>
        <source>Best a git repository: each task then works on a branch of its own and never touches your files.</source>
        <translation>Am besten ein Git-Repository: Jede Aufgabe arbeitet dann auf einem eigenen Zweig und berührt Ihre Dateien nie.</translation>
    </message>
    <message>
        <source>&amp;Choose a folder…</source>
        <translation>&amp;Ordner wählen …</translation>
    </message>
    <message>
        <source>Connect an agent</source>
        <translation>Einen Agenten anschließen</translation>
    </message>
    <message>
        <source>The built-in one with a key of yours, or Claude Code, Codex, Gemini CLI and any other that speaks the Agent Client Protocol.</source>
        <translation>Den eingebauten mit einem Schlüssel von Ihnen, oder Claude Code, Codex, Gemini CLI und jeden anderen, der das Agent Client Protocol spricht.</translation>
    </message>
    <message>
        <source>&amp;Look at the agents…</source>
        <translation>&amp;Agenten ansehen …</translation>
    </message>
    <message>
        <source>Choose your confirmation code…</source>
        <translation>Bestätigungscode wählen …</translation>
    </message>
</context>
</TS>
