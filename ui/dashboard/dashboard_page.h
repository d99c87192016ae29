#pragma once

#include "client/engine_client.h"

#include <QScrollArea>
#include <QTimer>

class QComboBox;
class QGridLayout;
class QLabel;

namespace switchyard::ui {

class BarList;
class ChartCard;
class DayChart;
class MessageBar;

//! "dashboardPage": what tasks did in a period, what it cost and where it went wrong. Asks the engine when it is shown
//! and, while it is on screen, again after changes, at most every few seconds.
class DashboardPage : public QWidget
{
    Q_OBJECT
public:
    explicit DashboardPage(client::EngineClient& client, QWidget* parent = nullptr);
    //! Something has happened: what is shown may be out of date.
    void setStale();
    void refresh();
    const Statistics& statistics() const { return m_stats; }
    //! Where pictures and tables go is asked with a dialog; a test gives the file itself.
    void save(ChartCard* card, bool asPicture, const QString& file);

Q_SIGNALS:
    void taskWanted(const switchyard::TaskId& id);
    void closed(); //!< back to the tasks
    void said(const QString& text);
    void failed(const switchyard::Error& error);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeBar();
    void makeCards(QWidget* inner);
    QLabel* makeFigure(QWidget* parent, QLayout* row, const QString& name, const QString& caption, QLabel** note);
    StatisticsQuery query() const;
    void display(const Statistics& stats);
    void showFigures();
    void showBars();
    void fillChoices(QComboBox* box, const QStringList& values, const QString& all);
    void arrange();
    void askWhereToSave(ChartCard* card, bool asPicture);
    QList<QStringList> allRows() const;

    client::EngineClient& m_client;
    Statistics m_stats;
    quint64 m_request = 0;
    bool m_loaded = false, m_stale = true;
    int m_columns = 0;
    QTimer m_delay;

    QComboBox *m_period, *m_project, *m_agent;
    QLabel* m_state;
    QLabel *m_running, *m_runningNote, *m_success, *m_successNote, *m_cost, *m_costNote, *m_today, *m_todayNote,
        *m_month, *m_monthNote;
    QScrollArea* m_scroll;
    QGridLayout* m_grid;
    QList<ChartCard*> m_cards;
    DayChart *m_costs, *m_runs;
    BarList *m_tools, *m_errors, *m_commands, *m_files, *m_agents, *m_projects;
};

} // namespace switchyard::ui
