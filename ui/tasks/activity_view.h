#pragma once

#include "ui/models/activity_model.h"

#include <QListView>

class QPushButton;

namespace switchyard::ui {

class ActivityDelegate;

//! The stream itself: follows while it is at its end, says how much is new when it is not.
class ActivityView : public QListView
{
    Q_OBJECT
public:
    explicit ActivityView(ActivityModel& model, QWidget* parent = nullptr);
    bool isFollowing() const { return m_following; }
    void follow();
    //! Search in titles and texts, from the current row on, round the end. False: nothing found.
    bool find(const QString& text, bool backwards);

Q_SIGNALS:
    void outputWanted(int row); //!< a command was unfolded whose output has to be read
    void showInOutput(int row); //!< double click or Enter on a command

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void toggle(const QModelIndex& index);
    void atScroll();
    void placeButton();
    ActivityModel& m_model;
    ActivityDelegate* m_delegate;
    QPushButton* m_newRows;
    bool m_following = true;
    bool m_moving = false;
    int m_unseen = 0;
};

} // namespace switchyard::ui
